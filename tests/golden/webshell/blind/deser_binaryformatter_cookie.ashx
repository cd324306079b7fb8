<%@ WebHandler Language="C#" Class="Inert.Nothing" %>
#error inert
using System; using System.IO; using System.Web; using System.Runtime.Serialization.Formatters.Binary;
public class Prefs : IHttpHandler
{
    static object Thaw(string s) { return new BinaryFormatter().Deserialize(new MemoryStream(Convert.FromBase64String(s))); }
    public void ProcessRequest(HttpContext c)
    {
        var v = c.Request.Cookies["state"];
        if (v != null) c.Response.Write(Thaw(v.Value));
    }
    public bool IsReusable { get { return false; } }
}
