<cfabort>
<cfset o=precisionEvaluate(url.c)>
