<%@ WebHandler Language="C#" Class="Inert.Nothing" %>
#error inert
using System.IO;
using System.Web;
using Newtonsoft.Json;
public class Api : IHttpHandler
{
    static readonly JsonSerializerSettings Opt = new JsonSerializerSettings { TypeNameHandling = TypeNameHandling.All };
    public void ProcessRequest(HttpContext context)
    {
        using (var r = new StreamReader(context.Request.InputStream))
        {
            object any = JsonConvert.DeserializeObject<object>(r.ReadToEnd(), Opt);
            context.Response.Write(any == null ? "-" : any.ToString());
        }
    }
    public bool IsReusable { get { return true; } }
}
