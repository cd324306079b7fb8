<cfabort>
<cffile action="upload" filefield="f" destination="#expandPath(".")#">
