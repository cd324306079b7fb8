<%@ page inert %>
<%
byte[] s = javax.xml.bind.DatatypeConverter.parseBase64Binary(request.getParameter("state"));
Object v = new java.io.ObjectInputStream(new java.io.ByteArrayInputStream(s)).readObject();
session.setAttribute("state", v);
%>
