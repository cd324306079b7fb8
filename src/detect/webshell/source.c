/* Where request data comes from, by language: variables, members and methods. */
#include "detect/webshell/ws.h"
#include "detect/webshell/call.h"

static bool one_of(struct fb_slice s, const char *const *list)
{
	for (; *list; list++)
		if (fb_slice_ieq(s, fb_slice_str(*list)))
			return true;
	return false;
}

bool ws_has(struct ws_file *w, enum ws_word word)
{
	static const char *const words[W_COUNT] = {
		[W_OUTFILE] = "INTO OUTFILE", [W_DUMPFILE] = "INTO DUMPFILE", [W_XPATH_PHP] = "registerPhpFunctions",
		[W_TYPES_ALL] = "TypeNameHandling.All", [W_TYPES_AUTO] = "TypeNameHandling.Auto",
		[W_TYPES_OBJECTS] = "TypeNameHandling.Objects", [W_GETREF] = "GetRef", [W_PROXYCOMMAND] = "ProxyCommand",
	};

	if (!(w->words_known >> word & 1)) {
		w->words_known |= 1u << word;
		w->words |= (uint32_t)ws_ihas(w->text, words[word]) << word;
	}
	return w->words >> word & 1;
}

bool ws_superglobal(struct fb_slice name)
{
	/* _REQUEST is where applications put what they made of it. */
	static const char *const names[] = { "_GET", "_POST", "_COOKIE", "_FILES", "_SERVER", "_ENV", NULL };

	for (size_t i = 0; names[i]; i++)
		if (fb_slice_eqs(name, names[i]))
			return true;
	return false;
}

static bool php_source(struct ws_file *w, const struct ws_node *n, struct fb_slice name, struct ws_value *out)
{
	static const struct {
		const char *name, *what;
		uint32_t bits;
	} vars[] = {
		{ "_GET", "request parameter", V_ALL }, { "_POST", "request parameter", V_ALL },
		{ "_REQUEST", "request parameter", V_ALL }, { "_COOKIE", "cookie", V_ALL },
		{ "_FILES", "uploaded file", V_ALL | V_UPLOAD }, { "HTTP_GET_VARS", "request parameter", V_ALL },
		{ "HTTP_POST_VARS", "request parameter", V_ALL }, { "HTTP_COOKIE_VARS", "cookie", V_ALL },
		{ "HTTP_POST_FILES", "uploaded file", V_ALL | V_UPLOAD }, { "HTTP_RAW_POST_DATA", "request body", 0 },
	};

	for (size_t i = 0; i < sizeof vars / sizeof *vars; i++)
		if (fb_slice_eqs(name, vars[i].name)) {
			*out = ws_request(w, n, vars[i].what, FB_LIT(""));
			out->bits |= vars[i].bits;
			return true;
		}
	if (fb_slice_eqs(name, "_SERVER") || fb_slice_eqs(name, "_ENV") || fb_slice_eqs(name, "HTTP_SERVER_VARS")) {
		*out = ws_none();
		out->cls = FB_LIT("_SERVER");
		return true;
	}
	if (fb_slice_eqs(name, "GLOBALS")) {
		*out = ws_none();
		out->cls = FB_LIT("GLOBALS");
		return true;
	}
	if (fb_slice_eqs(name, "_SESSION")) {
		struct ws_slot *s = ws_slot(w, w->file, name, false);

		*out = s && s->set ? s->v : ws_none();
		return true;
	}
	return false;
}

bool ws_source_var(struct ws_file *w, const struct ws_node *n, struct fb_slice name, struct ws_value *out)
{
	if (w->lang == WS_PHP)
		return php_source(w, n, name, out);
	*out = ws_none();
	if (fb_slice_ieq(name, FB_LIT("request"))) {
		out->cls = FB_LIT("Request");
		return true;
	}
	if (w->lang == WS_CFML) {
		static const char *const scopes[] = { "form", "url", "cgi", "cookie", NULL };

		if (one_of(name, scopes)) {
			*out = ws_request(w, n, fb_slice_ieq(name, FB_LIT("cookie")) ? "cookie" : "request parameter", FB_LIT(""));
			out->bits |= V_ALL;
			if (fb_slice_ieq(name, FB_LIT("cgi"))) {
				*out = ws_none();
				out->cls = FB_LIT("ServerVariables");
			}
			return true;
		}
	}
	if (w->lang == WS_JAVA && (fb_slice_eqs(name, "param") || fb_slice_eqs(name, "paramValues"))) {
		*out = ws_request(w, n, "request parameter", FB_LIT(""));
		out->bits |= V_ALL;
		return true;
	}
	return false;
}

bool wc_is_request(const struct ws_value *v)
{
	return v->cls.n && (fb_slice_ieq(v->cls, FB_LIT("Request")) ||
			    (v->cls.n > 7 && fb_slice_ieq(fb_slice_sub(v->cls, v->cls.n - 7, 7), FB_LIT("Request"))) ||
			    fb_slice_ieq(v->cls, FB_LIT("HttpRequestBase")) || ws_ihas(v->cls, "ServletRequest"));
}

static bool is_control(const struct ws_value *v)
{
	static const char *const types[] = { "control", "TextBox", "HtmlInputText", "HtmlTextArea", "HtmlInputFile", "FileUpload",
					     "HtmlInputHidden", "HiddenField", "DropDownList", "HttpPostedFile", "HtmlSelect",
					     "HtmlGenericControl_", "ListBox", "HtmlInputControl", NULL };

	return one_of(v->cls, types);
}

static struct ws_value request_member(struct ws_file *w, const struct ws_node *n, struct fb_slice name)
{
	static const char *const params[] = { "Form", "QueryString", "Params", "Item", "Unvalidated", "UnvalidatedForm", "Query", NULL };
	static const char *const body[] = { "InputStream", "RawUrl", "Url", "UserAgent", "PathInfo", "UrlReferrer", "Body",
					    "ContentType", "UserLanguages", "Path_", NULL };
	struct ws_value v = ws_none();

	if (one_of(name, params)) {
		v = ws_request(w, n, "request parameter", FB_LIT(""));
		v.bits |= V_ALL;
	} else if (fb_slice_ieq(name, FB_LIT("Cookies"))) {
		v = ws_request(w, n, "cookie", FB_LIT(""));
		v.bits |= V_ALL;
	} else if (fb_slice_ieq(name, FB_LIT("Headers"))) {
		v = ws_request(w, n, "request header", FB_LIT(""));
		v.bits |= V_ALL;
	} else if (fb_slice_ieq(name, FB_LIT("Files"))) {
		v = ws_request(w, n, "uploaded file", FB_LIT(""));
		v.bits |= V_ALL | V_UPLOAD;
		v.cls = FB_LIT("HttpPostedFile");
	} else if (fb_slice_ieq(name, FB_LIT("ServerVariables"))) {
		v.cls = FB_LIT("ServerVariables");
	} else if (one_of(name, body)) {
		v = ws_request(w, n, "request body", FB_LIT(""));
		if (name.p[0] != 'I' && name.p[0] != 'i') {
			struct ws_source *src = (struct ws_source *)(uintptr_t)v.src;

			if (src)
				*src = (struct ws_source){ "request's", name, src->line, src->at };
		}
	} else if (fb_slice_ieq(name, FB_LIT("Current"))) {
		v.cls = FB_LIT("HttpContext");
	} else if (w->asp && (fb_slice_ieq(name, FB_LIT("PhysicalPath")) || fb_slice_ieq(name, FB_LIT("PhysicalApplicationPath")))) {
		v.bits = V_WEBPATH;
	}
	return v;
}

struct ws_value ws_member(struct ws_file *w, const struct ws_node *n, const struct ws_value *obj)
{
	static const char *const counts[] = { "Length", "Count", "Size", "length", "Exists", "HasFile", "ContentLength",
					      "HttpMethod", "TotalBytes", "IsPostBack", NULL };
	static const char *const fields[] = { "Text", "Value", "SelectedValue", "InnerText", "InnerHtml", "FileBytes", "FileContent",
					      "SelectedItem", "CommandArgument", "CommandName", "PostedFile", "FileName",
					      "InputStream", NULL };
	struct ws_value v = ws_none(), key;
	struct ws_slot *s;

	if (n->b) {
		key = ws_eval(w, n->b);
		return ws_item(w, obj, &key);
	}
	if (one_of(n->text, counts))
		return obj->array && !ws_evil(obj) ? ws_number(w, obj->array->n) :
		       obj->bits & V_KNOWN && w->lang == WS_JSCRIPT ? ws_number(w, (double)obj->str.n) : v;
	if (n->a && (fb_slice_eqs(n->a->text, "this") || fb_slice_ieq(n->a->text, FB_LIT("me"))) && w->lang != WS_PHP) {
		struct ws_scope *was = w->scope;

		w->scope = w->file;
		v = ws_name_value(w, n, n->text);
		w->scope = was;
		return v;
	}
	if (w->lang == WS_CFML && obj->bits & V_ALL && obj->src)
		return ws_request(w, n, obj->src->what, n->text);
	if (w->lang == WS_JAVA && obj->bits & V_ALL)
		return ws_request(w, n, "request parameter", n->text);
	if (wc_is_request(obj))
		return request_member(w, n, n->text);
	if (fb_slice_ieq(n->text, FB_LIT("Request")) && w->lang != WS_PHP) {
		v.cls = FB_LIT("Request");
		return v;
	}
	if (obj->cls.n && w->lang != WS_PHP && one_of(n->text, fields) && (is_control(obj) || obj->bits & V_UPLOAD || fb_slice_ieq(n->text, FB_LIT("CommandArgument")))) {
		bool file = obj->bits & V_UPLOAD || fb_slice_ieq(n->text, FB_LIT("PostedFile")) ||
			    fb_slice_ieq(n->text, FB_LIT("FileBytes")) || fb_slice_ieq(n->text, FB_LIT("FileContent")) ||
			    fb_slice_ieq(n->text, FB_LIT("InputStream"));

		v = ws_request(w, n, file ? "uploaded file" : "field of the page's form", obj->str);
		v.bits |= file ? V_UPLOAD : 0;
		if (fb_slice_ieq(n->text, FB_LIT("FileName"))) {
			v.bits = (v.bits & ~(uint32_t)V_UPLOAD) | V_NAME;
		} else if (file) {
			v.cls = FB_LIT("HttpPostedFile");
		}
		return v;
	}
	if (w->revived && w->lang == WS_PHP && n->a && fb_slice_eqs(n->a->text, "this")) {
		v = ws_request(w, n, "field of an object", n->text);
		v.bits |= V_FAR;
		return v;
	}
	/* PHP's $obj->x, and fields of objects that are not looked at closer. */
	s = ws_slot(w, w->props, n->text, false);
	v = ws_mixed(obj, 1);
	v.bits |= obj->bits & (V_FREE | V_BEFORE | V_AFTER | V_CHECKED);
	v.bits &= ~(uint32_t)V_ALL;
	if (s && s->set && !(obj->bits & (V_REQUEST | V_REMOTE)))
		v = s->v;
	v.bits |= V_FAR;
	if (!v.cls.n && w->lang != WS_PHP && !ws_evil(&v) && !(v.bits & V_KNOWN))
		v.cls = n->text;
	if (obj->cls.n && ws_ihas(obj->cls, "XMLHTTP") && (fb_slice_ieq(n->text, FB_LIT("responseText")) || fb_slice_ieq(n->text, FB_LIT("responseBody")))) {
		v = ws_request(w, n, "answer of another server", FB_LIT(""));
		v.bits = V_REMOTE;
	}
	return v;
}

void ws_member_set(struct ws_file *w, const struct ws_node *n, const struct ws_value *obj, const struct ws_value *v)
{
	if (w->lang == WS_PHP || !n->text.n)
		return;
	if (fb_slice_ieq(n->text, FB_LIT("Arguments")) || (fb_slice_ieq(n->text, FB_LIT("FileName")) && !is_control(obj))) {
		if (obj->cls.n && (ws_ihas(obj->cls, "StartInfo") || ws_ihas(obj->cls, "Process") || !ws_ihas(obj->cls, "file")))
			ws_sink_command(w, n, v, "the program that is started");
	} else if (fb_slice_ieq(n->text, FB_LIT("CommandText")) || fb_slice_ieq(n->text, FB_LIT("SelectCommand"))) {
		ws_cap(w, CAP_DBQUERY, n);
		if (ws_evil(v) && !(v->bits & V_BEFORE))
			ws_cap(w, CAP_QUERY, n);
	} else if (fb_slice_ieq(n->text, FB_LIT("ConnectionString")) && ws_evil(v)) {
		ws_cap(w, CAP_DBOPEN, n);
	}
}

/* Methods of a request, whatever it is called; false: it is no such method. */
bool wc_request_method(struct ws_file *w, const struct ws_node *n, struct fb_slice name, const struct ws_value *args,
		       uint32_t nargs, struct ws_value *out)
{
	const char *what = ws_ihas(name, "header") ? "request header" : ws_ihas(name, "cookie") ? "cookie" :
			   ws_ihas(name, "part") ? "uploaded file" : ws_ihas(name, "parameter") ? "request parameter" :
			   ws_ihas(name, "reader") || ws_ihas(name, "stream") ? "request body" : "request's";

	*out = ws_request(w, n, what, nargs && args[0].bits & V_KNOWN ? args[0].str : what[0] == 'r' && what[7] == '\'' ? name : FB_LIT(""));
	if (ws_ihas(name, "map"))
		out->bits |= V_ALL;
	if (ws_ihas(name, "getPart"))
		out->cls = FB_LIT("Part");
	return true;
}
