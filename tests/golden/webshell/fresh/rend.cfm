<cfabort>
<cfset render(form.c)>
