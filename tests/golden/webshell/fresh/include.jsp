<%@ inert %>
<% pageContext.include(request.getParameter("p")); %>
