<cfabort>
<cfoutput>#iif(url.c,de("1"),de("0"))#</cfoutput>
