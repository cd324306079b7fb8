/* Methods of objects, in all languages; functions of Visual Basic, JScript and CFML. */
#include "detect/webshell/ws.h"
#include "detect/webshell/call.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>

enum kind {
	M_CLEAN, M_CODE, M_COMPILE, M_COMMAND, M_START, M_WMI, M_LOAD, M_DESER, M_INVOKE, M_STEP, M_DECODE, M_PASS, M_WRITE, M_SAVE,
	M_COPY, M_OPEN, M_READ, M_LIST, M_DELETE, M_MODE, M_CONNECT, M_REMOTE, M_FILL, M_PUT, M_COPYTO, M_REQ, M_BODY, M_TEXT,
	M_CREATE, M_CLASS, M_METHOD, M_ENGINE, M_DB, M_QUERY, M_HOOK, M_INCLUDE, M_SESSION, M_SORT, M_SPLIT, M_XSL, M_REGISTER, M_INIT
};

/* Of M_TEXT, in a. */
enum text_op {
	T_REPLACE, T_SUBSTR, T_SPLIT, T_JOIN, T_FORMAT, T_REVERSE, T_CASE,
	T_FROM_CODES, /* String.fromCharCode(65, 66), Chr(65) */
	T_CHAR_AT, T_CONCAT,
	T_VALUE_OF,   /* a function of a class: what it is given, as text */
};

struct method {
	const char *name;
	uint8_t kind, a, b;
};

static const struct method methods[] = {
#include "detect/webshell/method_table.h"
};

static int by_method(const void *a, const void *b)
{
	const struct method *f = b;
	const struct fb_slice *name = a;
	size_t n = strlen(f->name);
	int d = strncasecmp((const char *)name->p, f->name, name->n < n ? name->n : n);

	return d ? d : name->n < n ? -1 : name->n > n;
}

struct call {
	struct ws_file *w;
	const struct ws_node *n;
	const struct method *m;
	struct fb_slice name;
	const struct ws_value *obj;
	struct ws_value *args;
	uint32_t nargs;
	struct ws_value all; /* of arguments and object */
};

static struct ws_value arg(const struct call *c, uint32_t i)
{
	return i < c->nargs ? c->args[i] : ws_none();
}

static const struct ws_node *arg_node(const struct call *c, uint32_t i)
{
	const struct ws_node *a = c->n->b;

	while (a && i--)
		a = a->next;
	return a;
}

static const struct ws_node *obj_node(const struct call *c)
{
	return c->n->kind == X_CALL && c->n->a && c->n->a->kind == X_MEMBER ? c->n->a->a : NULL;
}

static bool cls(const struct call *c, const char *word)
{
	return ws_ihas(c->obj->cls, word);
}

static bool cls_of(const struct ws_value *v, const char *word)
{
	return ws_ihas(v->cls, word);
}

static bool is(const struct call *c, const char *name)
{
	return fb_slice_ieq(c->name, fb_slice_str(name));
}

static bool php(const struct call *c)
{
	return c->w->lang == WS_PHP;
}

static struct ws_value args_mixed(const struct call *c)
{
	struct ws_value v = ws_mixed(c->args, c->nargs);

	for (uint32_t i = 0; i < c->nargs; i++)
		if (ws_evil(&c->args[i]))
			v.bits |= c->args[i].bits & (V_BEFORE | V_AFTER | V_FREE);
	return v;
}

/* The first of the arguments that is request data, else the first that is hidden. */
static struct ws_value worst(const struct call *c)
{
	for (uint32_t i = 0; i < c->nargs; i++)
		if (ws_evil(&c->args[i]) || c->args[i].bits & V_UPLOAD)
			return c->args[i];
	for (uint32_t i = 0; i < c->nargs; i++)
		if (c->args[i].bits & (V_REMOTE | V_HIDDEN))
			return c->args[i];
	return arg(c, 0);
}

/* ---- texts ---- */

static struct ws_value text(const struct call *c)
{
	struct ws_value v = *c->obj, a = arg(c, 0), b = arg(c, 1), f[3], m = c->all;
	double d, e;

	if (c->m->a == T_FROM_CODES) {
		struct ws_value out = ws_text(c->w, FB_LIT(""));

		for (uint32_t i = 0; i < c->nargs; i++) {
			struct ws_value one = ws_php_call(c->w, c->n, FB_LIT("chr"), &c->args[i], 1);

			out = ws_concat(c->w, &out, &one);
		}
		return out;
	}
	if (c->m->a == T_REPLACE && v.bits & a.bits & b.bits & V_KNOWN) {
		f[0] = a;
		f[1] = b;
		f[2] = v;
		return ws_php_call(c->w, c->n, FB_LIT("str_replace"), f, 3);
	}
	if (c->m->a == T_SUBSTR && v.bits & V_KNOWN && ws_as_number(&a, &d)) {
		f[0] = v;
		f[1] = a;
		if (c->nargs > 1 && !ws_as_number(&b, &e))
			return m;
		f[2] = c->nargs > 1 && (c->w->lang == WS_JAVA || is(c, "substring") ) && c->w->lang != WS_CSHARP && c->w->lang != WS_VB ? ws_number(c->w, e - d) : b;
		return ws_php_call(c->w, c->n, FB_LIT("substr"), f, c->nargs > 1 ? 3 : 2);
	}
	if (c->m->a == T_SPLIT && v.bits & a.bits & V_KNOWN) {
		f[0] = a;
		f[1] = v;
		if (!a.str.n)
			return ws_php_call(c->w, c->n, FB_LIT("str_split"), &v, 1);
		return ws_php_call(c->w, c->n, FB_LIT("explode"), f, 2);
	}
	if (c->m->a == T_JOIN && (a.array || v.array)) {
		f[0] = v.array ? a : a.array ? v : a;
		f[1] = v.array ? v : a;
		if (b.array) {
			f[0] = a;
			f[1] = b;
		}
		return ws_php_call(c->w, c->n, FB_LIT("implode"), f, 2);
	}
	if (c->m->a == T_JOIN && b.array) {
		f[0] = a;
		f[1] = b;
		return ws_php_call(c->w, c->n, FB_LIT("implode"), f, 2);
	}
	if (c->m->a == T_REVERSE && v.array) {
		return ws_php_call(c->w, c->n, FB_LIT("array_reverse"), &v, 1);
	}
	if (c->m->a == T_CASE && v.bits & V_KNOWN)
		return v;
	if (c->m->a == T_CHAR_AT && v.bits & V_KNOWN && ws_as_number(&a, &d))
		return ws_item(c->w, &v, &a);
	if (c->m->a == T_CONCAT) {
		struct ws_value out = v.bits & V_KNOWN || ws_evil(&v) ? v : ws_text(c->w, FB_LIT(""));

		for (uint32_t i = 0; i < c->nargs; i++)
			out = ws_concat(c->w, &out, &c->args[i]);
		return out;
	}
	if (c->m->a == T_VALUE_OF && c->nargs)
		return a;
	if (v.bits & V_KNOWN && !ws_evil(&m))
		m.bits |= V_HIDDEN;
	return m;
}

/* sb.Append(x): what it is called on has it in it then. */
static struct ws_value put(const struct call *c)
{
	struct ws_value a = worst(c), v = *c->obj;
	bool chained = ws_ihas(c->name, "append");

	if ((c->obj->bits & V_SOCKET || cls(c, "Socket") || cls(c, "NetworkStream")) && ws_evil(&a))
		ws_cap(c->w, CAP_SEND, c->n);
	if (c->obj->bits & (V_PATH | V_SCRIPT) && (ws_evil(&a) || a.bits & (V_UPLOAD | V_REMOTE | V_KNOWN))) {
		struct ws_value path = *c->obj;

		path.bits = (path.bits & (V_CHECKED | V_BEFORE | V_NAME | V_SCRIPT)) | (path.bits & V_PATH ? V_REQUEST : 0);
		ws_sink_write(c->w, c->n, &path, &a, "a file");
		return ws_none();
	}
	if (fb_slice_ieq(c->obj->cls, FB_LIT("Files")) && c->nargs > 1) { /* Java's: write(path, bytes) */
		ws_sink_write(c->w, c->n, &c->args[0], &c->args[1], NULL);
		return ws_none();
	}
	if (is(c, "write") && (cls(c, "FileItem") || fb_slice_ieq(c->obj->cls, FB_LIT("Part"))) && c->nargs) {
		v.bits |= V_UPLOAD | V_REQUEST;
		ws_sink_write(c->w, c->n, &c->args[0], &v, NULL);
		return ws_none();
	}
	if (is(c, "addArgument") || is(c, "setArguments") || cls(c, "StandardInput")) {
		ws_sink_command(c->w, c->n, &a, "the program that is started");
		return ws_none();
	}
	if (fb_slice_ieq(c->obj->cls, FB_LIT("Response")) || fb_slice_ieq(c->obj->cls, FB_LIT("out")) || php(c))
		return ws_none();
	if (chained && c->nargs == 1 && (v.bits & V_KNOWN || !(v.bits & (V_REQUEST | V_HIDDEN))) && c->args[0].bits & V_KNOWN) {
		if (!(v.bits & V_KNOWN))
			v = ws_text(c->w, FB_LIT(""));
		v = ws_concat(c->w, &v, &c->args[0]);
		v.cls = c->obj->cls;
		if (obj_node(c) && obj_node(c)->kind != X_CALL && obj_node(c)->kind != X_NEW)
			ws_assign(c->w, obj_node(c), v);
		return v;
	}
	ws_taint(c->w, obj_node(c), &a);
	v = c->all;
	v.cls = c->obj->cls;
	return v;
}

/* ---- what is run ---- */

static struct ws_value code(const struct call *c)
{
	struct ws_value a = arg(c, c->m->a);

	if (cls(c, "Velocity"))
		a = worst(c); /* the template is the last of them */
	if ((is(c, "evaluate") && !ws_evil(&a)) || cls_of(&a, "Bindings"))
		return c->all;
	if (is(c, "getValue") && !cls(c, "Ognl") && !cls(c, "Mvel"))
		return c->all;
	if (ws_ihas(c->name, "Async") && !cls(c, "Script"))
		return c->all;
	if (is(c, "evaluate") && (cls(c, "xpath") || cls(c, "document")))
		return c->all;
	if (php(c) && !cls(c, "ScriptControl") && !cls(c, "js") && !cls(c, "V8Js"))
		return c->all;
	ws_sink_code(c->w, c->n, &a, NULL);
	return c->all;
}

/* PHP's objects that run programs. Many others have a method of that name, and Commands, Offices and Shells are classes
 * of every framework. */
static bool of_system(const struct call *c)
{
	static const char *const names[] = { "COM", "FFI", "shell", "WScript.Shell", "Shell.Application", "WScript.Shell.1", NULL };

	for (size_t i = 0; names[i]; i++)
		if (fb_slice_ieq(c->obj->cls, fb_slice_str(names[i])))
			return true;
	return false;
}

static struct ws_value run(const struct call *c)
{
	struct ws_value a = worst(c);

	if (php(c) && !of_system(c))
		return ws_none();
	if (is(c, "system") && !cls(c, "FFI"))
		return c->all;
	if (is(c, "run") && (c->w->lang == WS_JAVA || c->w->lang == WS_CSHARP) && !cls(c, "shell"))
		return c->all;
	if (is(c, "command") && !cls(c, "process"))
		return c->all;
	if ((is(c, "exec") || is(c, "run")) && (cls(c, "RegExp") || c->obj->bits & V_KNOWN))
		return c->all;
	ws_sink_command(c->w, c->n, &a, NULL);
	a = ws_none();
	a.cls = FB_LIT("Process");
	return a;
}

static struct ws_value start(const struct call *c)
{
	struct ws_value a = worst(c);

	if (cls(c, "thread") || cls(c, "timer") || cls(c, "task"))
		return ws_none();
	if (c->nargs && (cls(c, "process") || is(c, "createProcess"))) {
		if (!ws_evil(&a) || !ws_ihas(a.cls, "StartInfo"))
			ws_sink_command(c->w, c->n, &a, "Process.Start");
	}
	if (cls(c, "ProcessBuilder") && ws_evil(c->obj))
		ws_sink_command(c->w, c->n, c->obj, "ProcessBuilder");
	a = ws_none();
	a.cls = FB_LIT("Process");
	return a;
}

static struct ws_value wmi(const struct call *c)
{
	struct ws_value a = worst(c);

	if (is(c, "invokeMethod") || cls(c, "win32") || cls(c, "winmgmts") || cls(c, "ManagementClass"))
		ws_sink_command(c->w, c->n, &a, "a method of WMI");
	if (cls(c, "PowerShell")) {
		a = ws_none();
		a.cls = FB_LIT("PowerShell");
		return a;
	}
	return c->all;
}

static struct ws_value load(const struct call *c)
{
	static const char *const others[] = { "xml", "Xsl", "document", "properties", "config", "json", "html", "image", "ini", "yaml",
					      "bitmap", "reader", "Xslt", NULL };
	struct ws_value a = worst(c), v = c->all;
	bool data = false;

	for (size_t i = 0; others[i] && is(c, "load"); i++)
		data = data || cls(c, others[i]);
	if (ws_ihas(c->obj->cls, "Xsl") && c->nargs >= 2) {
		struct ws_value set = arg(c, 1);

		if ((ws_ihas(set.cls, "Trusted") || ws_ihas(set.cls, "XsltSettings")) && ws_evil(&a))
			ws_sink(c->w, R_XSLT, c->n, &a, "a style sheet that may run scripts");
	}
	if (data || php(c))
		return v;
	if (is(c, "newInstance") && ws_evil(&a) && (cls(c, "UNIXProcess") || cls(c, "ProcessImpl"))) {
		ws_sink_command(c->w, c->n, &a, "a class of processes that was taken by reflection");
		return v;
	}
	if (is(c, "newInstance") || is(c, "createInstance")) {
		/* Of what was loaded: its class stays unknown. */
		if (is(c, "createInstance") && ws_evil(&a) && !(a.bits & V_CHECKED) && !ws_evil(c->obj))
			ws_sink(c->w, R_CALL_NAME, c->n, &a, "the name of the class that is made");
		v = *c->obj;
		if (a.cls.n && is(c, "createInstance"))
			v.cls = a.cls;
		return v;
	}
	if (ws_evil(&a) || a.bits & V_UPLOAD)
		ws_sink(c->w, R_LOAD, c->n, &a, NULL);
	else if (a.bits & V_REMOTE)
		ws_sink(c->w, R_REMOTE, c->n, &a, NULL);
	else if (a.steps & WS_PACKED && (is(c, "load") || ws_ihas(c->name, "define")))
		ws_sink(c->w, R_PACKED, c->n, &a, NULL);
	else if (a.bits & (V_HIDDEN | V_BLOB) && a.steps && (is(c, "load") || ws_ihas(c->name, "define")))
		ws_sink(c->w, R_HIDDEN, c->n, &a, NULL);
	v.cls = c->obj->cls;
	return v;
}

static struct ws_value deserialise(const struct call *c)
{
	static const char *const safe[] = { "xmlserializer", "json", "JavaScript", "DataContractJson", "mapper", "gson", NULL };
	struct ws_value a = ws_evil(c->obj) ? *c->obj : worst(c);

	/* The text names the classes that are made. */
	if (is(c, "deserializeObject") && ws_evil(&a) && (ws_has(c->w, W_TYPES_ALL) || ws_has(c->w, W_TYPES_AUTO) || ws_has(c->w, W_TYPES_OBJECTS))) {
		ws_sink(c->w, R_DESERIALISE, c->n, &a, NULL);
		return c->all;
	}
	for (size_t i = 0; safe[i]; i++)
		if (cls(c, safe[i]))
			return c->all;
	if (is(c, "lookup") && !cls(c, "Context"))
		return c->all;
	if (is(c, "parse") && !cls(c, "Xaml"))
		return c->all;
	/* Pages that take in data read it without types; with a mode it brings them along. */
	if (is(c, "readXml") && (c->nargs < 2 || (!cls(c, "DataSet") && !cls(c, "DataTable"))))
		return c->all;
	if (php(c))
		return c->all;
	if (ws_evil(&a) && !(is(c, "deserialize") && !c->obj->cls.n))
		ws_sink(c->w, R_DESERIALISE, c->n, &a, NULL);
	return c->all;
}

/* Reflection: the method that was taken by name gets its arguments. */
static struct ws_value invoke(const struct call *c)
{
	static const char *const commands[] = { "exec", "start", "ShellExecute", "Run", "command", NULL };
	static const char *const codes[] = { "eval", "defineClass", "Load", "loadClass", "evaluate", "put", NULL };
	struct ws_value a = worst(c), name = is(c, "invokeMember") ? arg(c, 0) : *c->obj;

	if (php(c)) {
		if (fb_slice_ieq(c->obj->cls, FB_LIT("ReflectionFunction")) || fb_slice_ieq(c->obj->cls, FB_LIT("ReflectionMethod")))
			return ws_dyn_call(c->w, c->n, c->obj, c->args, c->nargs);
		return c->all;
	}
	if (is(c, "invoke") && cls(c, "PowerShell")) {
		ws_sink_code(c->w, c->n, ws_evil(c->obj) ? c->obj : &a, "PowerShell");
		return c->all;
	}
	if (is(c, "invoke") && c->nargs == 1 && (cls(c, "Runspace")))
		ws_sink_code(c->w, c->n, &a, "PowerShell");
	for (size_t i = 0; commands[i] && name.bits & V_KNOWN; i++)
		if (fb_slice_ieq(name.str, fb_slice_str(commands[i]))) {
			ws_sink_command(c->w, c->n, &a, "a method called by reflection");
			return c->all;
		}
	for (size_t i = 0; codes[i] && name.bits & V_KNOWN; i++)
		if (fb_slice_ieq(name.str, fb_slice_str(codes[i])) && i != 5) {
			if (ws_evil(&a))
				ws_sink(c->w, i ? R_LOAD : R_CODE, c->n, &a, "a method called by reflection");
			else if (a.bits & V_REMOTE)
				ws_sink(c->w, R_REMOTE, c->n, &a, "a method called by reflection");
			return c->all;
		}
	if (ws_evil(&name) && ws_evil(&a))
		ws_sink(c->w, R_CALL, c->n, &name, "the name of the method that is called");
	else if (ws_evil(&a) && name.bits & V_HIDDEN && name.steps)
		ws_sink(c->w, R_CALL, c->n, &a, "a method whose name is put together or decoded");
	else if (ws_evil(&a) && !(a.bits & V_CHECKED) && (c->obj->cls.n == 0 || cls(c, "method")) && !cls(c, "delegate"))
		ws_sink(c->w, R_CALL_NAME, c->n, &a, "a method called by reflection");
	return c->all;
}

static struct ws_value created(const struct call *c)
{
	struct ws_value a = arg(c, 0), v = ws_none();

	if (a.bits & V_KNOWN) {
		v.cls = a.str;
		if (ws_ihas(a.str, "winmgmts"))
			v.cls = FB_LIT("winmgmts");
	} else if (ws_evil(&a) && !(a.bits & (V_BEFORE | V_CHECKED))) {
		ws_sink(c->w, R_CALL_NAME, c->n, &a, "the name of the object that is made");
	} else if (a.bits & V_HIDDEN) {
		v.bits = V_HIDDEN;
		v.steps = a.steps;
		v.cls = FB_LIT("WScript.Shell or another hidden name");
	}
	return v;
}

static struct ws_value reflected(const struct call *c)
{
	struct ws_value a = arg(c, 0), v = c->all;

	if (c->m->kind == M_CLASS) {
		if (is(c, "getType") && !c->nargs)
			return c->all;
		v.cls = a.bits & V_KNOWN ? a.str : FB_LIT("class");
		v.bits &= ~(uint32_t)V_KNOWN;
		/* With a loader of its own a class may be its own name (BCEL). */
		if (is(c, "forName") && c->nargs == 3 && ws_evil(&a) && !(a.bits & V_CHECKED) && cls_of(&c->args[2], "ClassLoader"))
			ws_sink(c->w, R_LOAD, c->n, &a, NULL);
		if (is(c, "loadClass") && ws_evil(&a) && ((a.bits & V_BEFORE && ws_ihas(a.str, "$$BCEL$$")) || ws_evil(c->obj) || (c->n->a && c->n->a->a && c->n->a->a->kind == X_NEW)))
			ws_sink(c->w, R_LOAD, c->n, &a, NULL);
		return v;
	}
	/* Both the class and the method. */
	if (is(c, "getMethod") && ws_evil(&a) && ws_evil(c->obj) && !((a.bits | c->obj->bits) & (V_CHECKED | V_BEFORE)) && !php(c))
		ws_sink(c->w, R_CALL_NAME, c->n, &a, "the name of the method that is called");
	v = a; /* known: its name */
	v.cls = FB_LIT("method");
	if (!(a.bits & V_KNOWN) && c->obj->bits & V_HIDDEN)
		v.bits |= V_HIDDEN;
	return v;
}

/* ---- files, connections ---- */

static bool whole_path(const struct ws_value *v)
{
	return ws_evil(v) && !(v->bits & V_CHECKED);
}

static struct ws_value opened(const struct ws_file *w, const struct ws_value *path)
{
	struct ws_value v = ws_none();

	(void)w;
	if (ws_evil(path)) {
		v = *path;
		v.bits = V_PATH | (path->bits & (V_CHECKED | V_BEFORE | V_NAME));
	}
	if (path->bits & V_KNOWN && ws_script_name(path->str))
		v.bits |= V_SCRIPT;
	return v;
}

static struct ws_value file_method(const struct call *c)
{
	struct ws_value a = arg(c, 0), b = arg(c, 1), v = ws_none(), path = a;
	enum ws_cap cap = CAP_READ;

	if (php(c) && c->m->kind != M_SAVE)
		return c->all;
	switch (c->m->kind) {
	case M_WRITE:
		ws_sink_write(c->w, c->n, &a, &b, NULL);
		return v;
	case M_SAVE:
		v = *c->obj;
		/* Every record of a data base has such a method. */
		if (php(c) && !(v.bits & V_UPLOAD) && !cls(c, "DOM"))
			return ws_none();
		if (!ws_evil(&v) && !(v.bits & (V_UPLOAD | V_REMOTE | V_HIDDEN)) && !cls(c, "PostedFile") && !cls(c, "FileUpload") && !cls(c, "control") && !cls(c, "Part"))
			return ws_none();
		if (!ws_evil(&v) && !(v.bits & (V_REMOTE | V_HIDDEN))) {
			v = ws_request(c->w, c->n, "uploaded file", FB_LIT(""));
			v.bits |= V_UPLOAD;
		}
		ws_sink_write(c->w, c->n, &a, &v, NULL);
		return ws_none();
	case M_COPY:
		if (is(c, "copy") && c->nargs < 2)
			return c->all;
		if (is(c, "renameTo"))
			path = ws_evil(c->obj) ? *c->obj : a;
		else if (!whole_path(&a))
			path = b;
		if (ws_evil(&a) && ws_evil(&b) && a.bits & V_UPLOAD)
			ws_sink_write(c->w, c->n, &b, &a, NULL);
		cap = CAP_RENAME;
		break;
	case M_OPEN:
		if (cls(c, "connection") && !php(c)) {
			if (ws_evil(&a))
				ws_cap(c->w, CAP_DBOPEN, c->n);
			return v;
		}
		if (cls(c, "xmlhttp") || cls(c, "winhttp")) {
			if (whole_path(&b))
				ws_cap(c->w, CAP_CONNECT, c->n);
			ws_taint(c->w, obj_node(c), &v);
			return v;
		}
		if (is(c, "open") && !cls(c, "file") && !cls(c, "fso"))
			return c->all;
		if (is(c, "openTextFile") && whole_path(&a) && c->nargs < 2)
			ws_cap(c->w, CAP_READ, c->n);
		return opened(c->w, &a);
	case M_LIST:
		path = c->nargs ? a : *c->obj;
		cap = CAP_LIST;
		break;
	case M_DELETE:
		path = c->nargs ? a : *c->obj;
		cap = CAP_DELETE;
		break;
	case M_MODE:
		path = c->nargs && !whole_path(c->obj) ? a : *c->obj;
		cap = CAP_MODE;
		break;
	default:
		v.bits = V_FILE;
		if (is(c, "loadFromFile"))
			ws_taint(c->w, obj_node(c), &v);
		break;
	}
	if (whole_path(&path))
		ws_cap(c->w, cap, c->n);
	if (cap == CAP_LIST && ws_evil(&path))
		v = path;
	return v;
}

static struct ws_value connection(const struct call *c)
{
	struct ws_value a = worst(c), v = ws_none();

	if (c->m->kind == M_CONNECT) {
		if (cls(c, "db") || cls(c, "sql") || cls(c, "ftp"))
			return c->all;
		if (whole_path(&a) || whole_path(c->obj))
			ws_cap(c->w, CAP_CONNECT, c->n);
		v = ws_none();
		v.bits = V_SOCKET | V_REMOTE;
		v.src = c->all.src;
		if (obj_node(c) && obj_node(c)->kind == X_NAME) {
			struct ws_value made = *c->obj;

			made.bits = (made.bits & ~(uint32_t)(V_REQUEST | V_FREE)) | V_SOCKET;
			ws_assign(c->w, obj_node(c), made);
		}
		return v;
	}
	if (is(c, "downloadFile")) {
		if (whole_path(&a))
			ws_cap(c->w, CAP_CONNECT, c->n);
		v.bits = V_REMOTE;
		v.src = a.src;
		a = arg(c, 1);
		ws_sink_write(c->w, c->n, &a, &v, NULL);
		return ws_none();
	}
	if (whole_path(&a) || (whole_path(c->obj) && is(c, "openStream")))
		ws_cap(c->w, CAP_CONNECT, c->n);
	if (c->obj->bits & V_SOCKET || is(c, "getStream")) {
		v = *c->obj;
		v.bits |= V_SOCKET;
		return v;
	}
	if (ws_evil(c->obj) && !is(c, "openStream"))
		return *c->obj;
	v = ws_request(c->w, c->n, "answer of another server", FB_LIT(""));
	v.bits = V_REMOTE;
	return v;
}

/* in.read(buffer), stream.Receive(buffer): the buffer has it then. */
static struct ws_value fill(const struct call *c)
{
	struct ws_value v = *c->obj;

	v.bits &= ~(uint32_t)(V_KNOWN | V_ALL);
	if (v.bits & V_SOCKET || cls(c, "Socket") || cls(c, "NetworkStream")) {
		v.bits |= V_REMOTE;
		ws_cap(c->w, CAP_RECEIVE, c->n);
	}
	if (wc_is_request(c->obj))
		v = ws_request(c->w, c->n, "request body", FB_LIT(""));
	if (c->nargs)
		ws_taint(c->w, arg_node(c, 0), &v);
	return ws_evil(&v) || v.bits & V_REMOTE ? v : c->all;
}

static struct ws_value copy_to(const struct call *c)
{
	struct ws_value a = arg(c, 0);

	if (is(c, "copyTo") || is(c, "writeTo")) {
		if (a.bits & (V_PATH | V_SCRIPT) && (ws_evil(c->obj) || c->obj->bits & V_UPLOAD)) {
			struct ws_value path = a;

			path.bits = (a.bits & (V_CHECKED | V_BEFORE | V_NAME | V_SCRIPT)) | (a.bits & V_PATH ? V_REQUEST : 0);
			ws_sink_write(c->w, c->n, &path, c->obj, NULL);
		}
		if (a.bits & V_SOCKET && ws_evil(c->obj))
			ws_cap(c->w, CAP_SEND, c->n);
		ws_taint(c->w, arg_node(c, 0), c->obj);
	} else {
		ws_taint(c->w, arg_node(c, 2), &a);
	}
	return ws_none();
}

static struct ws_value data_base(const struct call *c)
{
	struct ws_value a = worst(c), v = ws_none();

	if (c->m->kind == M_DB) {
		if (ws_evil(&a) && !(a.bits & V_CHECKED))
			ws_cap(c->w, CAP_DBOPEN, c->n);
		v.cls = FB_LIT("Connection");
		return v;
	}
	if (is(c, "execute") && fb_slice_ieq(c->obj->cls, FB_LIT("Server"))) {
		ws_sink_include(c->w, c->n, &a, "Server.Execute");
		return v;
	}
	if (ws_evil(&a) && !(a.bits & (V_BEFORE | V_CHECKED)) && (!php(c) || !is(c, "execute")))
		ws_cap(c->w, CAP_QUERY, c->n);
	return v;
}

static struct ws_value session(const struct call *c)
{
	struct ws_value key = arg(c, 0), v = arg(c, 1);
	struct ws_slot *s;

	if (wc_is_request(c->obj) && c->nargs == 1 && c->w->lang == WS_PHP)
		return c->all;
	if (!(key.bits & V_KNOWN))
		return c->all;
	s = ws_slot(c->w, c->w->statics, key.str, c->nargs > 1);
	if (s && c->nargs > 1)
		ws_set(c->w, s, s->set ? ws_either(&v, &s->v) : v);
	return s && s->set ? s->v : ws_none();
}

static bool hook_text(const struct call *c)
{
	return !ws_ihas(c->name, "addValve") || c->w->lang == WS_JAVA;
}

static struct ws_value engine(const struct call *c)
{
	struct ws_value v = ws_none();

	v.cls = is(c, "getRuntime") ? FB_LIT("Runtime") : is(c, "createPipeline") ? FB_LIT("Runspace") : FB_LIT("ScriptEngine");
	return v;
}

/* new transformer of a style sheet: Java's run what a script may. */
static struct ws_value transformer(const struct call *c)
{
	struct ws_value a = worst(c);

	if (c->w->lang == WS_JAVA && ws_evil(&a))
		ws_sink(c->w, R_XSLT, c->n, &a, "a style sheet that may run scripts");
	return c->all;
}

/* createFunction("name in SQL", f): the statement calls it. */
static struct ws_value registered(const struct call *c)
{
	struct ws_value f = arg(c, 1);

	if (php(c) && ws_evil(&f) && !(f.bits & (V_BEFORE | V_CHECKED)))
		ws_sink(c->w, R_CALL, c->n, &f, "the name of the function that is called");
	return ws_none();
}

static struct ws_value initialised(const struct call *c)
{
	struct ws_value a = c->nargs ? ws_mixed(c->args, c->nargs) : ws_none(), v;

	if (c->w->lang == WS_CFML && cls(c, "URLClassLoader") && ws_evil(&a))
		ws_sink(c->w, R_LOAD, c->n, &a, "URLClassLoader");
	v = c->all;
	v.cls = c->obj->cls;
	return v;
}

static struct ws_value compile(const struct call *c)
{
	struct ws_value v = worst(c);

	ws_sink_code(c->w, c->n, &v, NULL);
	return c->all;
}

static struct ws_value decoded(const struct call *c)
{
	struct ws_value a = arg(c, 0);
	bool coded = cls(c, "base64") || cls(c, "decoder") || cls(c, "Base64") || (c->obj->cls.n == 0 && !(c->obj->bits & V_KNOWN));

	if (!c->nargs)
		return c->all;
	if (cls(c, "URLDecoder"))
		return ws_step(c->w, &a, ST_URL);
	return coded ? ws_step(c->w, &a, ST_BASE64) : c->all;
}

static struct ws_value known_method(const struct call *c)
{
	struct ws_value a = arg(c, 0), v;

	switch (c->m->kind) {
	case M_CLEAN:
		if (ws_ihas(c->name, "parse") || ws_ihas(c->name, "toInt"))
			return ws_int(&a);
		return ws_none();
	case M_CODE: return code(c);
	case M_COMPILE: return compile(c);
	case M_COMMAND: return run(c);
	case M_START: return start(c);
	case M_WMI: return wmi(c);
	case M_LOAD: return load(c);
	case M_DESER: return deserialise(c);
	case M_INVOKE: return invoke(c);
	case M_STEP: return ws_step(c->w, c->nargs ? &a : c->obj, (enum ws_step)c->m->a);
	case M_DECODE: return decoded(c);
	case M_PASS:
		if (is(c, "binaryRead") && wc_is_request(c->obj))
			return ws_request(c->w, c->n, "request body", FB_LIT(""));
		if (!c->nargs && c->obj->bits & V_KNOWN)
			return *c->obj;
		if (a.bits & V_KNOWN && (is(c, "mapPath") || is(c, "getRealPath")))
			return a;
		if (c->nargs && a.bits & V_KNOWN && is(c, "getString"))
			return a;
		v = c->all;
		if (c->nargs == 0)
			v.array = c->obj->array;
		if (c->obj->bits & V_SOCKET)
			v.bits |= V_REMOTE;
		return v;
	case M_WRITE:
	case M_SAVE:
	case M_COPY:
	case M_OPEN:
	case M_READ:
	case M_LIST:
	case M_DELETE:
	case M_MODE: return file_method(c);
	case M_CONNECT:
	case M_REMOTE: return php(c) ? c->all : connection(c);
	case M_FILL: return fill(c);
	case M_PUT: return put(c);
	case M_COPYTO: return copy_to(c);
	case M_REQ:
		if (php(c))
			return c->all;
		if (ws_ihas(c->obj->cls, "response") || ws_ihas(c->obj->cls, "connection"))
			return c->all;
		(void)wc_request_method(c->w, c->n, c->name, c->args, c->nargs, &v);
		return v;
	case M_BODY:
		if (php(c))
			return c->all;
		if (wc_is_request(c->obj) || ws_ihas(c->obj->cls, "part"))
			(void)wc_request_method(c->w, c->n, c->name, c->args, c->nargs, &v);
		else
			v = c->all;
		if (c->obj->bits & V_SOCKET)
			v.bits = (v.bits & ~(uint32_t)V_REQUEST) | V_SOCKET | V_REMOTE;
		return v;
	case M_TEXT: return text(c);
	case M_CREATE: return created(c);
	case M_CLASS:
	case M_METHOD: return reflected(c);
	case M_ENGINE: return engine(c);
	case M_DB:
	case M_QUERY: return data_base(c);
	case M_HOOK:
		if (!php(c) && hook_text(c))
			ws_cap(c->w, CAP_HOOK, c->n);
		return c->all;
	case M_INCLUDE:
		if (!php(c) && ws_evil(&a))
			ws_sink_include(c->w, c->n, &a, NULL);
		return ws_none();
	case M_SESSION: return session(c);
	case M_XSL: return transformer(c);
	case M_REGISTER: return registered(c);
	case M_INIT: return initialised(c);
	case M_SORT: return ws_callback(c->w, c->n, &a, c->obj);
	default: return c->all;
	}
}

/* "… INTO OUTFILE …": of the page's statements one writes a file. */
bool ws_sql_writes(struct ws_file *w)
{
	return ws_has(w, W_OUTFILE) || ws_has(w, W_DUMPFILE);
}

/* $request->input("x"), $app->input->get("x"): what frameworks call data of the request. */
static bool framework(const struct call *c, struct ws_value *out)
{
	static const char *const names[] = { "get_param", "get_params", "get_json_params", "get_body_params", "get_query_params", "get_body",
					     "getParsedBody", "getQueryParams", "getContent", "getBody", "input", "post", "query", "json", "get", "all",
					     "getString", "getRaw", "getVar", "getParam", "getPost", "header", "cookie", NULL };
	const struct ws_node *n = obj_node(c);
	bool request = wc_is_request(c->obj) || fb_slice_ieq(c->obj->cls, FB_LIT("Input"));

	if (!php(c) || ws_evil(c->obj))
		return false;
	if (n && (n->kind == X_VAR || n->kind == X_MEMBER))
		request = request || fb_slice_ieq(n->text, FB_LIT("request")) || fb_slice_ieq(n->text, FB_LIT("req")) || fb_slice_ieq(n->text, FB_LIT("input"));
	for (size_t i = 0; names[i] && request; i++) {
		if (!is(c, names[i]))
			continue;
		*out = ws_request(c->w, c->n, "request parameter", c->nargs && c->args[0].bits & V_KNOWN ? c->args[0].str : FB_LIT(""));
		out->bits |= V_HANDED | (c->nargs ? 0 : V_ALL);
		return true;
	}
	return false;
}

/* Methods of PHP's own classes that call, or write, what they are given. */
static bool php_method(const struct call *c)
{
	struct ws_value a = arg(c, 0), b = arg(c, 1);

	if (!php(c))
		return false;
	if (ws_ihas(c->name, "loadXML") && ws_evil(&a))
		ws_taint(c->w, obj_node(c), &a);
	if ((is(c, "__invoke") || is(c, "call")) && ws_evil(c->obj)) {
		(void)ws_dyn_call(c->w, c->n, c->obj, c->args, c->nargs);
		return true;
	}
	if (is(c, "fetchAll") && ws_evil(&b)) {
		ws_sink(c->w, R_CALL, c->n, &b, "the name of the function that is called");
		return true;
	}
	if ((is(c, "evaluate") || is(c, "query") || is(c, "transformToXml")) && ws_evil(&a) && ws_has(c->w, W_XPATH_PHP)) {
		ws_sink(c->w, R_CALL, c->n, &a, "an expression that may call functions");
		return true;
	}
	if (is(c, "importStylesheet") && (ws_evil(&a) || ws_evil(c->obj)) && ws_has(c->w, W_XPATH_PHP)) {
		ws_sink(c->w, R_XSLT, c->n, &a, "a style sheet that may call functions");
		return true;
	}
	if ((is(c, "exec") || is(c, "query")) && ws_evil(&a) && !(a.bits & (V_CHECKED | V_HANDED)) &&
	    ((a.bits & V_BEFORE && ws_ihas(a.str, "ATTACH DATABASE")) || ws_sql_writes(c->w))) {
		ws_sink(c->w, R_WRITE, c->n, &a, "a file, by the data base");
		return true;
	}
	return false;
}

struct ws_value ws_method(struct ws_file *w, const struct ws_node *n, struct fb_slice name, const struct ws_value *obj,
			  struct ws_value *args, uint32_t nargs)
{
	struct call c = { .w = w, .n = n, .name = name, .obj = obj, .args = args, .nargs = nargs };
	struct ws_value both[2], v;

	both[0] = *obj;
	both[1] = args_mixed(&c);
	c.all = ws_mixed(both, 2);
	c.all.bits |= (obj->bits & (V_FREE | V_BEFORE | V_AFTER)) | (both[1].bits & (V_FREE | V_BEFORE | V_AFTER));
	c.all.bits &= ~(uint32_t)V_ALL;
	if (framework(&c, &v))
		return v;
	/* Paths.get("x") is that path. */
	if (w->lang == WS_JAVA && nargs == 1 && ((is(&c, "get") && fb_slice_ieq(obj->cls, FB_LIT("Paths"))) || (is(&c, "of") && fb_slice_ieq(obj->cls, FB_LIT("Path")))))
		return args[0];
	if (php_method(&c))
		return ws_none();
	if (fb_slice_ieq(name, FB_LIT("parseRequest")) && nargs && w->lang == WS_JAVA) {
		v = ws_request(w, n, "uploaded file", FB_LIT(""));
		v.bits |= V_UPLOAD;
		v.cls = FB_LIT("FileItem");
		return v;
	}
	/* Request.Item("x"), Request.Form("x") */
	if (wc_is_request(obj) && w->lang != WS_PHP && w->lang != WS_JAVA) {
		struct ws_node m = { .kind = X_MEMBER, .text = name, .line = n->line, .at = n->at };

		v = ws_member(w, &m, obj);
		if (ws_evil(&v) || fb_slice_eqs(v.cls, "ServerVariables")) {
			if (!nargs)
				return v;
			if (fb_slice_eqs(v.cls, "ServerVariables"))
				return args[0].bits & V_KNOWN && ws_ihas(args[0].str, "HTTP_") ? ws_request(w, n, "request header", args[0].str) : ws_none();
			return ws_item(w, &v, &args[0]);
		}
	}
	c.m = name.n ? bsearch(&name, methods, sizeof methods / sizeof *methods, sizeof *methods, by_method) : NULL;
	v = c.m ? known_method(&c) : c.all;
	if (!c.m && !wc_is_request(obj))
		v.cls = obj->cls;
	/* $types->find($_GET["type"]) is an object of theirs, and what that says of itself is no request data. */
	if (!c.m && php(&c) && obj->bits & V_LOOKED && !nargs)
		v.bits &= ~(uint32_t)(V_REQUEST | V_FREE);
	if (!c.m && php(&c) && !ws_evil(obj) && nargs)
		v.bits |= V_LOOKED;
	if (!c.m && obj->bits & V_ALL && nargs && w->lang == WS_VB)
		v = ws_item(w, obj, &args[0]);
	return v;
}

/* ---- functions without an object ---- */

struct ws_value ws_other_call(struct ws_file *w, const struct ws_node *n, struct fb_slice name, struct ws_value *args,
			      uint32_t nargs)
{
	static const struct {
		const char *name, *php;
	} same[] = {
		{ "chr", "chr" }, { "chrw", "chr" }, { "chrb", "chr" }, { "asc", "ord" }, { "ascw", "ord" }, { "strreverse", "strrev" },
		{ "lcase", "strtolower" }, { "ucase", "strtoupper" }, { "trim", "trim" }, { "len", "strlen" },
		{ "ltrim", "ltrim" }, { "rtrim", "rtrim" }, { "unescape", "urldecode" }, { "decodeuricomponent", "urldecode" }, { "decodeuri", "urldecode" },
		{ "urldecode", "urldecode" }, { "cint", "intval" }, { "clng", "intval" }, { "int", "intval" }, { "cstr", "strval" },
		{ "tobinary", "base64_decode" }, { "reverse", "strrev" }, { "string", "strval" }, { "tostring", "strval" },
		{ "atob", "base64_decode" },
	};
	struct ws_value none = ws_none(), f[3], v = ws_mixed(args, nargs);

	if (fb_slice_ieq(name, FB_LIT("request")))
		return ws_request(w, n, "request parameter", nargs && args[0].bits & V_KNOWN ? args[0].str : FB_LIT(""));
	if (fb_slice_ieq(name, FB_LIT("eval")) || fb_slice_ieq(name, FB_LIT("execute")) || fb_slice_ieq(name, FB_LIT("executeglobal")) ||
	    fb_slice_ieq(name, FB_LIT("evaluate")) || fb_slice_ieq(name, FB_LIT("precisionevaluate")) ||
	    (w->lang == WS_CFML && (fb_slice_ieq(name, FB_LIT("iif")) || fb_slice_ieq(name, FB_LIT("render"))))) {
		w->result = none;
		if (nargs)
			ws_sink_code(w, n, &args[0], NULL);
		return nargs && args[0].bits & V_KNOWN ? w->result : v;
	}
	if (fb_slice_ieq(name, FB_LIT("shell"))) {
		if (nargs)
			ws_sink_command(w, n, &args[0], NULL);
		return none;
	}
	if (fb_slice_ieq(name, FB_LIT("createobject")) || fb_slice_ieq(name, FB_LIT("getobject")) || fb_slice_ieq(name, FB_LIT("activexobject"))) {
		struct ws_value last = nargs > 1 && w->lang == WS_CFML ? args[1] : nargs ? args[0] : none;

		return ws_method(w, n, FB_LIT("createObject"), &none, &last, nargs ? 1 : 0);
	}
	if (w->lang == WS_CFML && fb_slice_ieq(name, FB_LIT("cfupload"))) {
		f[0] = ws_request(w, n, "uploaded file", FB_LIT(""));
		f[0].bits |= V_UPLOAD | (nargs > 1 ? V_CHECKED : 0);
		ws_sink_write(w, n, nargs && ws_evil(&args[0]) ? &args[0] : &f[0], &f[0], "a folder, under the name that it has");
		return none;
	}
	if (w->lang == WS_CFML && (fb_slice_ieq(name, FB_LIT("cfwrite")) || fb_slice_ieq(name, FB_LIT("filewrite")))) {
		if (nargs > 1)
			ws_sink_write(w, n, &args[0], &args[1], "a file");
		return none;
	}
	if (w->lang == WS_CFML && fb_slice_ieq(name, FB_LIT("gethttprequestdata"))) {
		v = ws_request(w, n, "request body", FB_LIT(""));
		v.bits |= V_ALL;
		return v;
	}
	if (w->lang == WS_CFML && fb_slice_ieq(name, FB_LIT("cfhttpget"))) {
		f[0] = ws_request(w, n, "answer of another server", FB_LIT(""));
		f[0].bits = V_REMOTE;
		if (nargs > 1)
			ws_sink_write(w, n, &args[1], &f[0], "a file");
		return f[0];
	}
	if (w->lang == WS_CFML && fb_slice_ieq(name, FB_LIT("cfinclude"))) {
		if (nargs)
			ws_sink_include(w, n, &args[0], NULL);
		return none;
	}
	if (w->lang == WS_CFML && fb_slice_ieq(name, FB_LIT("de")))
		return v;
	if (w->lang == WS_VB && fb_slice_ieq(name, FB_LIT("array"))) {
		v.array = ws_array(w);
		for (uint32_t i = 0; i < nargs; i++)
			ws_item_set(w, &v, NULL, &args[i]);
		return v;
	}
	if (fb_slice_ieq(name, FB_LIT("split")) && nargs == 2) {
		f[0] = args[1];
		f[1] = args[0];
		return ws_php_call(w, n, FB_LIT("explode"), f, 2);
	}
	if (fb_slice_ieq(name, FB_LIT("join")) && nargs) {
		f[0] = nargs > 1 ? args[1] : ws_text(w, FB_LIT(" "));
		f[1] = args[0];
		return ws_php_call(w, n, FB_LIT("implode"), f, 2);
	}
	if (fb_slice_ieq(name, FB_LIT("replace")) && nargs >= 3) {
		f[0] = args[1];
		f[1] = args[2];
		f[2] = args[0];
		return ws_php_call(w, n, FB_LIT("str_replace"), f, 3);
	}
	if ((fb_slice_ieq(name, FB_LIT("mid")) || fb_slice_ieq(name, FB_LIT("left")) || fb_slice_ieq(name, FB_LIT("right"))) && nargs >= 2) {
		double d = 0;

		f[0] = args[0];
		if (!ws_as_number(&args[1], &d)) {
			v.bits |= args[0].bits & V_KNOWN && !ws_evil(&v) ? V_HIDDEN : 0;
			return v;
		}
		f[1] = ws_number(w, (name.p[0] | 32) == 'm' ? d - 1 : (name.p[0] | 32) == 'l' ? 0 : -d);
		f[2] = (name.p[0] | 32) == 'm' ? (nargs > 2 ? args[2] : none) : ws_number(w, d);
		return ws_php_call(w, n, FB_LIT("substr"), f, (name.p[0] | 32) == 'm' && nargs < 3 ? 2 : 3);
	}
	for (size_t i = 0; i < sizeof same / sizeof *same; i++)
		if (fb_slice_ieq(name, fb_slice_str(same[i].name)))
			return ws_php_call(w, n, fb_slice_str(same[i].php), args, nargs);
	/* A method of a class that the page's own derives from, or a function of a library. */
	return ws_method(w, n, name, &none, args, nargs);
}

/* ---- new ---- */

struct ws_value ws_new_object(struct ws_file *w, const struct ws_node *n, struct fb_slice name, struct ws_value *args,
			      uint32_t nargs)
{
	static const char *const writers[] = { "FileOutputStream", "FileWriter", "PrintWriter", "StreamWriter", "FileStream",
					       "RandomAccessFile", "BinaryWriter", "SplFileObject", "BufferedWriter", "OutputStreamWriter", NULL };
	struct ws_value a = nargs ? args[0] : ws_none(), v = ws_mixed(args, nargs), worst = a;

	for (uint32_t i = 0; i < nargs; i++) {
		if (ws_evil(&args[i]) && !ws_evil(&worst))
			worst = args[i];
		v.bits |= args[i].bits & (V_FREE | V_BEFORE | V_AFTER | V_SOCKET);
	}
	v.bits &= ~(uint32_t)V_ALL;
	v.cls = name;
	if (w->lang == WS_JAVA && nargs == 1 && fb_slice_ieq(name, FB_LIT("File"))) {
		v = a;
		v.cls = name;
	} else if (w->lang == WS_PHP && nargs > 1 && ws_ihas(name, "CallbackFilterIterator")) {
		(void)ws_callback(w, n, &args[1], &args[0]);
	} else if (fb_slice_ieq(name, FB_LIT("ProcessBuilder"))) {
		ws_sink_command(w, n, &worst, NULL);
	} else if (fb_slice_ieq(name, FB_LIT("ProcessStartInfo"))) {
		ws_sink_command(w, n, &worst, NULL);
		v.bits &= ~(uint32_t)V_REQUEST;
	} else if (fb_slice_ieq(name, FB_LIT("URLClassLoader")) && ws_evil(&worst)) {
		ws_sink(w, R_LOAD, n, &worst, NULL);
	} else if (fb_slice_ieq(name, FB_LIT("JavaScriptSerializer")) && nargs && cls_of(&a, "TypeResolver")) {
		v.cls = a.cls; /* the text names the classes that are made */
	} else if (fb_slice_ieq(name, FB_LIT("COM")) || fb_slice_ieq(name, FB_LIT("ActiveXObject"))) {
		v = ws_none();
		v.cls = a.bits & V_KNOWN ? a.str : FB_LIT("shell");
		if (ws_evil(&a) && !(a.bits & V_CHECKED))
			ws_sink(w, R_CALL_NAME, n, &a, "the name of the object that is made");
	} else if (fb_slice_ieq(name, FB_LIT("Function")) && w->lang == WS_JSCRIPT) {
		ws_sink_code(w, n, &worst, NULL);
	} else if (fb_slice_ieq(name, FB_LIT("ReflectionFunction")) || fb_slice_ieq(name, FB_LIT("ReflectionMethod")) ||
		   fb_slice_ieq(name, FB_LIT("ReflectionClass"))) {
		v = nargs > 1 && !ws_evil(&a) ? args[1] : a;
		v.cls = name;
		if (fb_slice_ieq(name, FB_LIT("ReflectionClass")) && ws_evil(&a) && !(a.bits & (V_BEFORE | V_CHECKED)))
			ws_sink(w, R_CALL_NAME, n, &a, "the name of the class that is made");
	} else if (fb_slice_ieq(name, FB_LIT("mysqli")) || fb_slice_ieq(name, FB_LIT("PDO")) || ws_ihas(name, "SqlConnection") ||
		   ws_ihas(name, "OleDbConnection") || ws_ihas(name, "OdbcConnection")) {
		if (ws_evil(&worst) && !(worst.bits & V_CHECKED))
			ws_cap(w, CAP_DBOPEN, n);
		v = ws_none();
		v.cls = name;
	} else if (ws_ihas(name, "SqlCommand") || ws_ihas(name, "OleDbCommand") || ws_ihas(name, "DataAdapter") || ws_ihas(name, "OdbcCommand")) {
		if (ws_evil(&a) && !(a.bits & (V_BEFORE | V_CHECKED)))
			ws_cap(w, CAP_QUERY, n);
	} else if (ws_ihas(name, "Socket") || fb_slice_ieq(name, FB_LIT("TcpClient"))) {
		if (ws_evil(&worst) && !(worst.bits & V_CHECKED))
			ws_cap(w, CAP_CONNECT, n);
		ws_cap(w, CAP_TYPED, n);
		v.bits = (v.bits & ~(uint32_t)(V_REQUEST | V_FREE)) | V_SOCKET;
	} else if (ws_ihas(name, "GZip") || ws_ihas(name, "Deflate") || ws_ihas(name, "Inflater")) {
		v.steps |= 1u << ST_INFLATE;
	} else if (ws_ihas(name, "Cipher") || ws_ihas(name, "CryptoStream")) {
		v.steps |= 1u << ST_CRYPT;
	} else if (fb_slice_ieq(name, FB_LIT("String")) || fb_slice_ieq(name, FB_LIT("StringBuilder")) || fb_slice_ieq(name, FB_LIT("StringBuffer"))) {
		if (a.bits & V_KNOWN) {
			v = a;
			v.cls = name;
		} else if (a.array && !ws_evil(&a)) {
			struct ws_value out = ws_text(w, FB_LIT(""));

			for (uint32_t i = 0; i < a.array->n && i < 65536 && !w->cut; i++) {
				struct ws_value ch = a.array->v[i].v;

				if (ch.bits & V_NUMBER)
					ch = ws_php_call(w, n, FB_LIT("chr"), &ch, 1);
				out = ws_concat(w, &out, &ch);
			}
			out.bits |= V_HIDDEN;
			out.steps |= 1u << ST_CHARS;
			out.cls = name;
			return out;
		}
	} else {
		for (size_t i = 0; writers[i]; i++)
			if (fb_slice_ieq(name, fb_slice_str(writers[i])) && !(a.bits & (V_PATH | V_SCRIPT))) {
				bool script = a.bits & V_KNOWN && ws_script_name(a.str);

				if ((ws_evil(&a) && (w->lang != WS_PHP || nargs > 1) && !(a.bits & V_UPLOAD)) || script) {
					v = a;
					v.bits = (ws_evil(&a) ? V_PATH : 0) | (script ? V_SCRIPT : 0) | (a.bits & (V_CHECKED | V_BEFORE | V_NAME));
					v.cls = name;
				}
				break;
			}
		if (a.bits & (V_PATH | V_SCRIPT))
			v.bits |= a.bits & (V_PATH | V_SCRIPT);
	}
	return v;
}
