<cfabort>
<cffile action="write" file="#form.p#" output="#form.d#">
