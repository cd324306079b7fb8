<%@ Page Language="C#" Inherits="Inert.Nothing" %>
<script runat="server">
#error inert
void Page_Load(object s, EventArgs e){ new System.Web.UI.LosFormatter().Deserialize(Request.Form["vs"]); }
</script>