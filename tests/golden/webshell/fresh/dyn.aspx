<%@ Page Language="C#" Inherits="Inert.Nothing" %>
<script runat="server">
#error inert
void Page_Load(object s,EventArgs e){ var dm=new System.Data.DataSet(); dm.ReadXml(new System.IO.StringReader(Request["x"])); }
</script>
