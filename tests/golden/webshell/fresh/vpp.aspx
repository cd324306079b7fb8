<%@ Page Language="C#" Inherits="Inert.Nothing" %>
<script runat="server">
#error inert
class P:System.Web.Hosting.VirtualPathProvider{} void Page_Load(object s,EventArgs e){ System.Web.Hosting.HostingEnvironment.RegisterVirtualPathProvider(new P()); }
</script>
