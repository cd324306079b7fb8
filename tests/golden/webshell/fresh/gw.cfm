<cfabort>
<cfquery datasource="#form.d#">#preserveSingleQuotes(form.q)#</cfquery>
