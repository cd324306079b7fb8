<cfinert>
<cfabort>
<cfparam name="url.p" default="home.cfm">
<cfif fileExists(expandPath("/uploads/" & url.p))>
  <cfinclude template="/uploads/#url.p#">
</cfif>
