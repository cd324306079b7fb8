<cfabort>
<cfinclude template="#url.p#">
