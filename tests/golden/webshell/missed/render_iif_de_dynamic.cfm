<cfinert>
<cfabort>
<cfset flag = len(cgi.query_string) gt 8>
<cfset setVariable("request.res", iif(flag, urlDecode(cgi.query_string), de("none")))>
<cfoutput>#request.res#</cfoutput>
