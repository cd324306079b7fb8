/* Expressions: what value they have. */
#include "detect/webshell/call.h"
#include "detect/webshell/run.h"

#include <math.h>

static struct ws_value truth_value(struct ws_file *w, int truth)
{
	if (truth < 0)
		return ws_none();
	if (truth)
		return ws_number(w, 1);
	return ws_text(w, FB_LIT(""));
}

/* ---- names ---- */

struct ws_value ws_name_value(struct ws_file *w, const struct ws_node *n, struct fb_slice name)
{
	struct ws_slot *slot = ws_find(w, name);
	struct ws_value v;

	if (slot)
		return slot->v;
	if (ws_source_var(w, n, name, &v))
		return v;
	for (struct ws_scope *s = w->scope; s; s = s->up)
		if (s->open)
			return ws_request(w, n, "request parameter", name);
	v = ws_none();
	if (w->lang == WS_PHP) {
		if (w->scope == w->file && !fb_slice_eqs(name, "this")) {
			v = ws_request(w, n, "variable that nothing on the page sets", name);
			v.bits = V_UNSET;
		}
		return v;
	}
	for (uint32_t i = 0; i < w->ncontrols; i++)
		if (fb_slice_ieq(w->controls[i].id, name)) {
			v.cls = w->controls[i].cls;
			v.str = name;
			return v;
		}
	v.cls = name; /* perhaps a class */
	return v;
}

static struct ws_value constant(struct ws_file *w, const struct ws_node *n)
{
	static const char *const nothing[] = { "null", "nothing", "none", "undefined", "vbnullstring", NULL };
	static const char *const lines[] = { "php_eol", "vbcrlf", "vblf", "vbcr", "vbnewline", NULL };
	struct ws_slot *s;
	struct ws_value v;

	if (fb_slice_ieq(n->text, FB_LIT("true")))
		return ws_number(w, 1);
	if (fb_slice_ieq(n->text, FB_LIT("false")))
		return ws_text(w, FB_LIT(""));
	for (size_t i = 0; nothing[i]; i++)
		if (fb_slice_ieq(n->text, fb_slice_str(nothing[i])))
			return ws_text(w, FB_LIT(""));
	for (size_t i = 0; lines[i]; i++)
		if (fb_slice_ieq(n->text, fb_slice_str(lines[i])))
			return ws_text(w, FB_LIT("\n"));
	if (w->lang != WS_PHP) {
		struct ws_func *f;

		v = ws_name_value(w, n, n->text);
		f = v.cls.p == n->text.p ? ws_func_of(w, n->text, NULL) : NULL;
		if (f && w->lang == WS_VB && !f->active) /* called without brackets */
			return ws_call_func(w, f, NULL, 0);
		if (f)
			v.fn = f->node;
		return v;
	}
	s = ws_slot(w, w->consts, n->text, false);
	if (s && s->set)
		return s->v;
	if (fb_slice_eqs(n->text, "__FILE__") || fb_slice_eqs(n->text, "__DIR__")) {
		v = ws_none();
		v.bits = V_WEBPATH;
		if (n->text.p[2] == 'F')
			v.cls = FB_LIT(WS_THIS_FILE);
		return v;
	}
	if (fb_slice_eqs(n->text, "DIRECTORY_SEPARATOR"))
		return ws_text(w, FB_LIT("/"));
	if (fb_slice_eqs(n->text, "__LINE__"))
		return ws_none();
	/* A word that is no constant is its own text, as PHP long had it. */
	v = ws_text(w, n->text);
	return v;
}

/* ---- operators ---- */

static struct ws_value texts_xor(struct ws_file *w, const struct ws_value *a, const struct ws_value *b, uint32_t op)
{
	size_t n = a->str.n < b->str.n ? a->str.n : b->str.n;
	struct ws_value v;
	uint8_t *p;

	(void)ws_bytes(w, n, &p);
	if (!p)
		return ws_none();
	for (size_t i = 0; i < n; i++)
		p[i] = op == OP1('^') ? a->str.p[i] ^ b->str.p[i] : op == OP1('&') ? a->str.p[i] & b->str.p[i]
									       : a->str.p[i] | b->str.p[i];
	v = ws_text(w, fb_slice(p, n));
	v.bits |= V_HIDDEN;
	v.steps = a->steps | b->steps | 1u << ST_XOR;
	return v;
}

static double calculated(uint32_t op, double x, double y, bool *ok)
{
	int64_t i = fabs(x) < 9e15 ? (int64_t)x : 0, j = fabs(y) < 9e15 ? (int64_t)y : 0;

	switch (op) {
	case OP1('+'): return x + y;
	case OP1('-'): return x - y;
	case OP1('*'): return x * y;
	case OP1('/'): *ok = y != 0; return *ok ? x / y : 0;
	case OP1('\\'): *ok = j != 0; return *ok ? (double)(i / j) : 0;
	case OP1('%'): *ok = j != 0 && j != -1; return *ok ? (double)(i % j) : 0;
	case OP2('*', '*'): return pow(x, y);
	case OP1('^'): return (double)(i ^ j);
	case OP1('&'): return (double)(i & j);
	case OP1('|'): return (double)(i | j);
	case OP2('<', '<'): *ok = j >= 0 && j < 32 && i >= 0; return *ok ? (double)((uint64_t)i << j) : 0;
	case OP2('>', '>'):
	case OP3('>', '>', '>'): *ok = j >= 0 && j < 63 && i >= 0; return *ok ? (double)(i >> j) : 0;
	default: *ok = false; return 0;
	}
}

static int compared(uint32_t op, const struct ws_value *a, const struct ws_value *b)
{
	double x = 0, y = 0;
	bool numbers = (a->bits | b->bits) & V_NUMBER && ws_as_number(a, &x) && ws_as_number(b, &y);
	int order = numbers ? (x > y) - (x < y) : fb_slice_cmp(a->str, b->str);

	switch (op) {
	case OP2('=', '='):
	case OP3('=', '=', '='): return order == 0;
	case OP2('!', '='):
	case OP2('<', '>'):
	case OP3('!', '=', '='): return order != 0;
	case OP1('<'): return order < 0;
	case OP1('>'): return order > 0;
	case OP2('<', '='): return order <= 0;
	case OP2('>', '='): return order >= 0;
	default: return -1;
	}
}

/* Two values; those that the operator makes of them. */
static struct ws_value operated(struct ws_file *w, uint32_t op, const struct ws_value *a, const struct ws_value *b)
{
	struct ws_value both[2] = { *a, *b }, v;
	double x, y, d;
	bool ok = true;
	int truth;

	switch (op) {
	case OP1('.'): return ws_concat(w, a, b);
	case OP1(','): return *b;
	case OP2('?', '?'):
	case OP3('?', '?', '='): return ws_either(a, b);
	case OP2('|', '|'): /* new COM(…) or die() */
		return w->lang == WS_JSCRIPT ? ws_either(a, b) : w->lang == WS_PHP && a->cls.n ? *a : ws_none();
	case OP2('&', '&'): return w->lang == WS_JSCRIPT ? *b : ws_none();
	default: break;
	}
	if (op == OP1('+') && w->lang != WS_PHP && !(a->bits & b->bits & V_NUMBER)) {
		if (a->array || b->array || w->lang != WS_CFML)
			return ws_concat(w, a, b);
	}
	if (a->bits & b->bits & V_KNOWN) {
		truth = compared(op, a, b);
		if (truth >= 0)
			return truth_value(w, truth);
		if ((op == OP1('^') || op == OP1('&') || op == OP1('|')) && w->lang == WS_PHP &&
		    !((a->bits | b->bits) & V_NUMBER))
			return texts_xor(w, a, b, op);
		if (ws_as_number(a, &x) && ws_as_number(b, &y)) {
			d = calculated(op, x, y, &ok);
			if (ok)
				return ws_number(w, d);
		}
		return ws_none();
	}
	if (op == OP1('^') || op == OP1('|') || op == OP1('&')) {
		v = ws_mixed(both, 2);
		v.steps |= op == OP1('^') ? 1u << ST_XOR : 0;
		if ((a->bits | b->bits) & V_KNOWN && op == OP1('^'))
			v.bits |= ws_evil(&v) ? 0 : V_HIDDEN;
		return v;
	}
	if (compared(op, a, b) >= 0)
		return ws_none();
	/* A number that was calculated carries nothing, but where characters are numbers. */
	v = ws_mixed(both, 2);
	v.bits &= w->lang == WS_PHP ? V_HIDDEN | V_INT : ~0u;
	return v;
}

static struct ws_value chain(struct ws_file *w, const struct ws_node *n)
{
	const struct ws_node *a = n->a;
	struct ws_value v = a ? ws_eval(w, a) : ws_none();

	if (a && a->kind == X_ARRAY && n->kind == X_CAT && w->lang == WS_PHP)
		v = ws_text(w, FB_LIT("Array"));
	for (a = a ? a->next : NULL; a && !w->cut; a = a->next) {
		struct ws_value b = ws_eval(w, a);

		/* PHP makes this word of an array that is used as a text. */
		if (n->kind == X_CAT && w->lang == WS_PHP && b.array && !(b.bits & WS_EVIL))
			b = ws_text(w, FB_LIT("Array"));
		v = operated(w, n->kind == X_CAT ? OP1('.') : n->op, &v, &b);
	}
	if (n->kind == X_CAT && w->lang == WS_PHP && v.array && !(v.bits & WS_EVIL))
		v = ws_text(w, FB_LIT("Array"));
	return v;
}

static struct ws_value unary(struct ws_file *w, const struct ws_node *n)
{
	struct ws_value v = n->a ? ws_eval(w, n->a) : ws_none();
	double d;
	uint8_t *p;

	if (n->op == OP_YIELD) { /* one of what the function gives back */
		w->scope->ret = w->scope->returned ? ws_either(&w->scope->ret, &v) : v;
		w->scope->returned = true;
		return ws_none();
	}
	if (n->op == OP1('!')) {
		int truth = wr_truth(&v);

		return truth_value(w, truth < 0 ? -1 : !truth);
	}
	if (n->op == OP1('-') && ws_as_number(&v, &d))
		return ws_number(w, -d);
	if (n->op == OP1('~') && v.bits & V_NUMBER && ws_as_number(&v, &d) && fabs(d) < 9e15)
		return ws_number(w, (double)~(int64_t)d);
	if (n->op == OP1('~') && v.bits & V_KNOWN && w->lang == WS_PHP) {
		struct ws_value out;

		(void)ws_bytes(w, v.str.n, &p);
		for (size_t i = 0; p && i < v.str.n; i++)
			p[i] = (uint8_t)~v.str.p[i];
		out = ws_text(w, fb_slice(p, p ? v.str.n : 0));
		out.bits |= V_HIDDEN;
		out.steps = v.steps | 1u << ST_XOR;
		return out;
	}
	return n->op == OP1('~') ? v : ws_none();
}

/* "a"++ is "b" in PHP. */
static struct ws_value stepped(struct ws_file *w, const struct ws_value *v, bool up)
{
	double d;
	uint8_t *p;
	size_t n = v->str.n;

	if (!(v->bits & V_KNOWN))
		return w->lang == WS_PHP ? *v : ws_none();
	if ((n == 0 || v->bits & V_NUMBER || ws_as_number(v, &d)) && (n == 0 || ws_as_number(v, &d)))
		return ws_number(w, (n ? d : 0) + (up ? 1 : -1));
	if (!up || n > 64)
		return *v;
	(void)ws_bytes(w, n + 1, &p);
	if (!p)
		return ws_none();
	memcpy(p + 1, v->str.p, n);
	for (size_t i = n; i > 0; i--) {
		uint8_t c = p[i];

		if (c != 'z' && c != 'Z' && c != '9') {
			p[i]++;
			break;
		}
		p[i] = c == 'z' ? 'a' : c == 'Z' ? 'A' : '0';
		if (i == 1) {
			p[0] = c == '9' ? '1' : p[i];
			return ws_text(w, fb_slice(p, n + 1));
		}
	}
	{
		struct ws_value out = ws_text(w, fb_slice(p + 1, n));

		out.bits |= V_HIDDEN;
		out.steps = v->steps | 1u << ST_CHARS;
		return out;
	}
}

/* ---- assignment ---- */

static struct ws_slot *slot_to_set(struct ws_file *w, struct fb_slice name)
{
	static const char *const everywhere[] = { "_SESSION", "_ENV", NULL };
	struct ws_slot *s;

	for (size_t i = 0; everywhere[i] && w->lang == WS_PHP; i++)
		if (fb_slice_eqs(name, everywhere[i]))
			return ws_slot(w, w->file, name, true);
	s = ws_slot(w, w->scope, name, false);
	if (s && (s->set || w->lang == WS_PHP))
		return s;
	if (w->lang != WS_PHP)
		for (struct ws_scope *up = w->scope->up; up; up = up->up) {
			s = ws_slot(w, up, name, false);
			if (s && s->set)
				return s;
		}
	return ws_slot(w, w->scope, name, true);
}

/* The slot of the variable that stands below indexes and members; NULL: none. */
static struct ws_slot *base_slot(struct ws_file *w, const struct ws_node *n)
{
	while (n && n->kind == X_INDEX)
		n = n->a;
	if (!n)
		return NULL;
	if (n->kind == X_VAR || n->kind == X_NAME)
		return slot_to_set(w, n->text);
	if (n->kind == X_MEMBER && n->text.n)
		return ws_slot(w, n->a && (fb_slice_eqs(n->a->text, "this") || fb_slice_eqs(n->a->text, "Me")) && w->lang != WS_PHP
				? w->file : w->props, n->text, true);
	if (n->kind == X_STATIC && n->text.n)
		return ws_slot(w, w->statics, n->text, true);
	return NULL;
}

static bool named(const struct ws_node *n, const char *name)
{
	return n && (n->kind == X_VAR || n->kind == X_NAME) && fb_slice_ieq(n->text, fb_slice_str(name));
}

static void assign_item(struct ws_file *w, const struct ws_node *to, const struct ws_value *v)
{
	struct ws_slot *s = base_slot(w, to);
	struct ws_value key = to->b ? ws_eval(w, to->b) : ws_none(), x, at;
	double d;

	/* What a page puts there itself does not take away what the request has there. */
	if (w->lang == WS_PHP && to->a && to->a->kind == X_VAR && ws_superglobal(to->a->text))
		return;
	if (to->a && named(to->a, "GLOBALS") && key.bits & V_KNOWN) {
		struct ws_slot *g = ws_slot(w, w->file, key.str, true);

		if (g)
			ws_set(w, g, *v);
		return;
	}
	if (!s)
		return;
	x = s->v;
	if (to->a && to->a->kind == X_INDEX) { /* of an item: the whole takes it on */
		struct ws_value outer = to->a->b ? ws_eval(w, to->a->b) : ws_none(), in = ws_item(w, &x, &outer);

		if (!in.array)
			in = ws_none();
		ws_item_set(w, &in, to->b ? &key : NULL, v);
		ws_item_set(w, &x, to->a->b ? &outer : NULL, &in);
		ws_set(w, s, x);
		return;
	}
	if (x.bits & V_KNOWN && x.str.n && ws_as_number(&key, &d) && !x.array) {
		if (v->bits & V_KNOWN && v->str.n && d >= 0 && d < (double)x.str.n && x.str.n <= 4096) {
			uint8_t *p;

			(void)ws_bytes(w, x.str.n, &p);
			if (!p)
				return;
			memcpy(p, x.str.p, x.str.n);
			p[(size_t)d] = v->str.p[0];
			x.str = fb_slice(p, x.str.n);
			x.bits |= V_HIDDEN;
			x.steps |= v->steps | 1u << ST_CHARS;
		} else {
			x.bits = (x.bits & ~(uint32_t)V_KNOWN) | V_HIDDEN;
			x.steps |= v->steps;
		}
		ws_set(w, s, x);
		return;
	}
	/* Arrays are shared between branches here; what is in them is only added to. */
	if (x.array && w->branches && v->bits & V_KNOWN && key.bits & V_KNOWN) {
		at = ws_item(w, &x, &key);
		if (at.bits & WS_EVIL && !(v->bits & WS_EVIL))
			return;
	}
	ws_item_set(w, &x, to->b ? &key : NULL, v);
	ws_set(w, s, x);
}

static void assign_member(struct ws_file *w, const struct ws_node *to, struct ws_value v)
{
	struct ws_value obj = to->a ? ws_eval(w, to->a) : ws_none();
	struct ws_slot *s;

	ws_member_set(w, to, &obj, &v);
	if (w->lang == WS_VB && ws_func_of(w, to->text, NULL) && ws_func_of(w, to->text, NULL)->cls.n)
		(void)ws_call_func(w, ws_func_of(w, to->text, NULL), &v, 1); /* Property Let */
	s = base_slot(w, to);
	if (s)
		ws_set(w, s, s->set && s->v.bits & WS_EVIL ? ws_either(&v, &s->v) : v);
}

void ws_assign(struct ws_file *w, const struct ws_node *to, struct ws_value v)
{
	struct ws_slot *s;
	struct ws_value name;
	uint32_t i = 0;

	if (!to || w->cut)
		return;
	switch (to->kind) {
	case X_VAR:
	case X_NAME:
		s = to->flags & WN_CONST ? ws_slot(w, w->consts, to->text, true) : slot_to_set(w, to->text);
		if (!s)
			return;
		if (!v.cls.n && s->set)
			v.cls = s->v.cls;
		ws_set(w, s, v);
		return;
	case X_INDEX: assign_item(w, to, &v); return;
	case X_MEMBER: assign_member(w, to, v); return;
	case X_STATIC:
		s = base_slot(w, to);
		if (s)
			ws_set(w, s, s->set ? ws_either(&v, &s->v) : v);
		return;
	case X_VARVAR:
		name = to->a ? ws_eval(w, to->a) : ws_none();
		if (name.bits & V_KNOWN) {
			ws_set(w, slot_to_set(w, name.str), v);
		} else if (ws_evil(&name)) {
			w->scope->open = true;
			w->scope->opened = name.src;
		}
		return;
	case X_LIST:
	case X_ARRAY:
		for (const struct ws_node *a = to->a; a; a = a->next, i++) {
			struct ws_value key = a->kind == X_PAIR && a->a ? ws_eval(w, a->a) : ws_number(w, i);

			ws_assign(w, a->kind == X_PAIR ? a->b : a, ws_item(w, &v, &key));
		}
		return;
	case X_CALL: /* a(1) = b of Visual Basic */
		if (to->a && (to->a->kind == X_NAME || to->a->kind == X_VAR)) {
			s = slot_to_set(w, to->a->text);
			if (s) {
				struct ws_value key = to->b ? ws_eval(w, to->b) : ws_none(), x = s->v;

				ws_item_set(w, &x, &key, &v);
				ws_set(w, s, x);
			}
		} else if (to->a && to->a->kind == X_MEMBER) {
			assign_member(w, to->a, v);
		}
		return;
	default: return;
	}
}

static struct ws_value assigned(struct ws_file *w, const struct ws_node *n)
{
	struct ws_value v, was;

	if (n->op == OP2('+', '+') || n->op == OP2('-', '-')) {
		was = n->a ? ws_eval(w, n->a) : ws_none();
		if (was.bits & V_UNSET)
			was = ws_none();
		v = stepped(w, &was, n->op == OP2('+', '+'));
		ws_assign(w, n->a, v);
		return v;
	}
	v = n->b ? ws_eval(w, n->b) : ws_none();
	if (n->op != OP1('=')) {
		was = n->a ? ws_eval(w, n->a) : ws_none();
		if (was.bits & V_UNSET)
			was = ws_text(w, FB_LIT(""));
		v = operated(w, n->op == OP3('?', '?', '=') ? n->op : n->op & 0xFF, &was, &v);
	}
	ws_assign(w, n->a, v);
	return v;
}

/* ---- the rest ---- */

static struct ws_value array(struct ws_file *w, const struct ws_node *n)
{
	struct ws_value v = ws_none();

	v.array = ws_array(w);
	for (const struct ws_node *a = n->a; a && !w->cut; a = a->next) {
		struct ws_value item, key;

		if (a->kind == X_PAIR) {
			key = a->a ? ws_eval(w, a->a) : ws_none();
			item = a->b ? ws_eval(w, a->b) : ws_none();
			ws_item_set(w, &v, &key, &item);
		} else {
			item = ws_eval(w, a);
			ws_item_set(w, &v, NULL, &item);
		}
	}
	return v;
}

static bool server_key(struct fb_slice k)
{
	static const char *const keys[] = { "QUERY_STRING", "REQUEST_URI", "PATH_INFO", "ORIG_PATH_INFO", "PHP_AUTH_USER",
					    "PHP_AUTH_PW", "REQUEST_METHOD", "UNENCODED_URL", "CONTENT_TYPE", NULL };

	if (k.n > 5 && strncasecmp((const char *)k.p, "HTTP_", 5) == 0)
		return true;
	for (size_t i = 0; keys[i]; i++)
		if (fb_slice_ieq(k, fb_slice_str(keys[i])))
			return true;
	return false;
}

static struct ws_value server_item(struct ws_file *w, const struct ws_node *n, const struct ws_value *key)
{
	struct ws_value v = ws_none();

	if (!(key->bits & V_KNOWN))
		return ws_evil(key) ? ws_request(w, n, "request header", FB_LIT("")) : v;
	if (server_key(key->str))
		return ws_request(w, n, ws_ihas(key->str, "HTTP_") ? "request header" : "request's", key->str);
	v.bits = V_WEBPATH;
	return v;
}

static struct ws_value upload_item(struct ws_file *w, const struct ws_value *base, const struct ws_value *key)
{
	struct ws_value v = ws_item(w, base, key);

	v.bits |= base->bits & (V_ALL | V_UPLOAD);
	if (!(key->bits & V_KNOWN))
		return v;
	if (fb_slice_ieq(key->str, FB_LIT("tmp_name"))) {
		v.bits &= ~(uint32_t)V_ALL;
	} else if (fb_slice_ieq(key->str, FB_LIT("name"))) {
		v.bits = (v.bits & ~(uint32_t)(V_UPLOAD | V_ALL)) | V_NAME;
	} else if (fb_slice_ieq(key->str, FB_LIT("size")) || fb_slice_ieq(key->str, FB_LIT("error")) ||
		   fb_slice_ieq(key->str, FB_LIT("type"))) {
		v = ws_none();
	}
	return v;
}

static struct ws_value indexed(struct ws_file *w, const struct ws_node *n)
{
	struct ws_value base = n->a ? ws_eval(w, n->a) : ws_none(), key = n->b ? ws_eval(w, n->b) : ws_none(), v;
	struct ws_slot *c;

	if (w->lang == WS_PHP && fb_slice_eqs(base.cls, "_SERVER"))
		return server_item(w, n, &key);
	if (w->lang == WS_PHP && fb_slice_eqs(base.cls, "GLOBALS")) {
		struct ws_scope *was = w->scope;

		if (!(key.bits & V_KNOWN))
			return ws_none();
		w->scope = w->file;
		v = ws_name_value(w, n, key.str);
		w->scope = was;
		return v;
	}
	if (w->lang != WS_PHP && wc_is_request(&base) && !ws_evil(&base))
		return ws_request(w, n, "request parameter", key.bits & V_KNOWN ? key.str : FB_LIT(""));
	if (base.bits & V_UPLOAD && base.bits & V_ALL && w->lang == WS_PHP)
		return upload_item(w, &base, &key);
	if (fb_slice_eqs(base.cls, "ServerVariables") && key.bits & V_KNOWN)
		return server_item(w, n, &key);
	v = ws_item(w, &base, &key);
	if (base.bits & V_ALL && key.bits & V_KNOWN) {
		if (v.src)
			((struct ws_source *)(uintptr_t)v.src)->line = n->line, ((struct ws_source *)(uintptr_t)v.src)->at = n->at;
		c = ws_slot(w, w->checked, key.str, false);
		v.bits |= c && c->set ? V_CHECKED : 0;
	}
	if (!(v.bits & V_KNOWN) && !v.cls.n && base.cls.n && !v.array && w->lang != WS_PHP)
		v.cls = FB_LIT("");
	return v;
}

static struct ws_value cast(struct ws_file *w, const struct ws_node *n)
{
	static const char *const numbers[] = { "int", "integer", "bool", "boolean", "float", "double", "real", "long", "short",
					       "decimal", "uint", "Int32", "Int64", "Integer", "Long", NULL };
	static const char *const plain[] = { "string", "object", "array", "binary", "byte", "[]", "char", "unset", NULL };
	struct ws_value v = n->a ? ws_eval(w, n->a) : ws_none();

	for (size_t i = 0; numbers[i]; i++)
		if (fb_slice_ieq(n->text, fb_slice_str(numbers[i]))) {
			double d;

			return ws_as_number(&v, &d) ? ws_number(w, trunc(d)) : ws_int(&v);
		}
	if (fb_slice_ieq(n->text, FB_LIT("char")) || fb_slice_ieq(n->text, FB_LIT("byte")))
		v = ws_char(&v);
	for (size_t i = 0; plain[i]; i++)
		if (fb_slice_ieq(n->text, fb_slice_str(plain[i])))
			return v;
	v.cls = n->text;
	return v;
}

static struct ws_value variable_of(struct ws_file *w, const struct ws_node *n)
{
	struct ws_value name = n->a ? ws_eval(w, n->a) : ws_none();

	if (name.bits & V_KNOWN)
		return ws_name_value(w, n, name.str);
	return ws_none();
}

static struct ws_value literal(const struct ws_node *n)
{
	struct ws_value v = ws_none();

	v.bits = V_KNOWN | (n->text.n ? 0 : V_EMPTY);
	v.str = n->text;
	if (n->text.n >= 256 && !memchr(n->text.p, ' ', 256))
		v.bits |= V_BLOB;
	return v;
}

static struct ws_value shell(struct ws_file *w, const struct ws_node *n)
{
	struct ws_value v = ws_text(w, FB_LIT(""));

	for (const struct ws_node *a = n->a; a; a = a->next) {
		struct ws_value b = ws_eval(w, a);

		v = ws_concat(w, &v, &b);
	}
	ws_sink_command(w, n, &v, "a command in backticks");
	return ws_none();
}

static struct ws_value include(struct ws_file *w, const struct ws_node *n)
{
	struct ws_value v = n->a ? ws_eval(w, n->a) : ws_none();

	if (!(v.bits & (V_REQUEST | V_UPLOAD | V_REMOTE | V_HIDDEN)))
		w->includes = true;
	ws_sink_include(w, n, &v, "include");
	return ws_none();
}

static struct ws_value condition(struct ws_file *w, const struct ws_node *n)
{
	struct ws_value c = n->a ? ws_eval(w, n->a) : ws_none(), a, b;
	int truth = wr_truth(&c);

	wr_checks(w, n->a);
	if (truth >= 0 && w->concrete && w->branches == w->base)
		return truth ? (n->b ? ws_eval(w, n->b) : c) : n->c ? ws_eval(w, n->c) : ws_none();
	a = n->b ? ws_eval(w, n->b) : c;
	b = n->c ? ws_eval(w, n->c) : ws_none();
	return ws_either(&a, &b);
}

static struct ws_value static_of(struct ws_file *w, const struct ws_node *n)
{
	struct ws_slot *s = n->text.n ? ws_slot(w, w->statics, n->text, false) : NULL;

	if (s && s->set)
		return s->v;
	if (fb_slice_eqs(n->text, "class") && n->a)
		return ws_text(w, n->a->text);
	return ws_none();
}

static struct ws_value member_of(struct ws_file *w, const struct ws_node *n)
{
	struct ws_value obj = n->a ? ws_eval(w, n->a) : ws_none();

	return ws_member(w, n, &obj);
}

static struct ws_value value_of(struct ws_file *w, const struct ws_node *n)
{
	struct ws_value v = ws_none();

	switch (n->kind) {
	case X_STR: return literal(n);
	case X_NUM:
		v = literal(n);
		v.bits |= V_NUMBER;
		return v;
	case X_BIN:
	case X_CAT: return chain(w, n);
	case X_VAR: return ws_name_value(w, n, n->text);
	case X_NAME: return constant(w, n);
	case X_CALL: return ws_call(w, n);
	case X_NEW: return ws_new(w, n);
	case X_MEMBER: return member_of(w, n);
	case X_STATIC: return static_of(w, n);
	case X_INDEX: return indexed(w, n);
	case X_UN: return unary(w, n);
	case X_ASSIGN: return assigned(w, n);
	case X_COND: return condition(w, n);
	case X_ARRAY:
	case X_LIST: return array(w, n);
	case X_PAIR: return n->b ? ws_eval(w, n->b) : v;
	case X_CAST: return cast(w, n);
	case X_SHELL: return shell(w, n);
	case X_INCLUDE: return include(w, n);
	case X_VARVAR: return variable_of(w, n);
	case X_FUNC:
		if (!n->text.n)
			wr_closure(w, n);
		v.fn = n;
		v.env = w->scope;
		w->scope->kept = true;
		return v;
	default:
		wr_exec(w, n);
		return v;
	}
}

struct ws_value ws_eval(struct ws_file *w, const struct ws_node *n)
{
	struct ws_value v;

	if (!n || !wr_busy(w) || w->rundepth >= FB_WEBSHELL_RUN_DEPTH)
		return ws_none();
	w->rundepth++;
	v = value_of(w, n);
	w->rundepth--;
	return v;
}
