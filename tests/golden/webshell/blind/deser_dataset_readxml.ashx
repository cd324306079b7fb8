<%@ WebHandler Language="C#" Class="Inert.Nothing" %>
#error inert
using System.Data; using System.Web;
public class Import : IHttpHandler
{
    public void ProcessRequest(HttpContext context)
    {
        DataSet ds = new DataSet();
        ds.ReadXml(context.Request.InputStream, XmlReadMode.ReadSchema);
        context.Response.Write(ds.Tables.Count);
    }
    public bool IsReusable { get { return false; } }
}
