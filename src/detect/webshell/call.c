/* Calls: of the page's own functions, of functions by name, of values. */
#include "detect/webshell/call.h"

#define ARGS_MAX 32

static uint32_t arguments(struct ws_file *w, const struct ws_node *list, struct ws_value *args)
{
	uint32_t n = 0;

	for (; list && n < ARGS_MAX && !w->cut; list = list->next) {
		struct ws_value v = ws_eval(w, list), key;

		if (!(list->flags & WN_SPREAD)) {
			args[n++] = v;
			continue;
		}
		for (uint32_t i = 0; n < ARGS_MAX && (v.array && !(v.bits & V_ALL) ? i < v.array->n : i < 4); i++) {
			key = v.bits & V_ALL ? ws_none() : ws_number(w, i);
			args[n++] = v.array && !(v.bits & V_ALL) ? v.array->v[i].v : ws_item(w, &v, &key);
		}
	}
	return n;
}

/* Parameters by reference go back to what was handed in. */
static void back(struct ws_file *w, const struct ws_node *fn, const struct ws_node *args, struct ws_scope *s)
{
	const struct ws_node *p = fn->a;

	for (; p && args && s; p = p->next, args = args->next) {
		struct ws_slot *slot;

		if (!(p->flags & WN_REF))
			continue;
		slot = ws_slot(w, s, p->text, false);
		if (slot)
			ws_assign(w, args, slot->v);
	}
}

static struct ws_value own(struct ws_file *w, const struct ws_node *n, struct ws_func *f, struct ws_value *args,
			   uint32_t nargs)
{
	const struct ws_node *fn = f->node;
	struct ws_value v;

	w->last = NULL;
	v = ws_call_func(w, f, args, nargs);
	if (w->last && n->kind == X_CALL)
		back(w, fn, n->b, w->last);
	ws_call_done(w);
	return v;
}

void ws_taint(struct ws_file *w, const struct ws_node *n, const struct ws_value *v)
{
	struct ws_value now, both[2];
	uint32_t guard = 0;

	while (n && guard++ < 64 && (n->kind == X_CALL || n->kind == X_CAST || n->kind == X_INDEX))
		n = n->kind == X_CALL && n->a && n->a->kind == X_MEMBER ? n->a->a : n->a;
	if (!n || !(v->bits & (V_REQUEST | V_UPLOAD | V_REMOTE | V_HIDDEN | V_FILE)) ||
	    (n->kind != X_VAR && n->kind != X_NAME && n->kind != X_MEMBER && n->kind != X_STATIC))
		return;
	now = ws_eval(w, n);
	both[0] = now;
	both[1] = *v;
	both[1].bits &= ~(uint32_t)V_KNOWN;
	both[1] = ws_mixed(both, 2);
	both[1].cls = now.cls;
	both[1].bits |= (now.bits | v->bits) & V_FREE;
	if (n->kind != X_MEMBER)
		ws_assign(w, n, both[1]);
}

struct ws_value ws_callback(struct ws_file *w, const struct ws_node *n, const struct ws_value *f,
			    const struct ws_value *data)
{
	struct ws_value any = ws_none(), item = data ? ws_item(w, data, &any) : any, args[2];

	if (data && !data->array)
		item = *data;
	args[0] = item;
	args[1] = item;
	return ws_dyn_call(w, n, f, args, data ? 2 : 0);
}

/* The name of a function in a known text: without its class. */
static struct fb_slice bare(struct fb_slice s)
{
	for (size_t i = s.n; i-- > 0;)
		if (s.p[i] == ':' || s.p[i] == '\\')
			return fb_slice_sub(s, i + 1, s.n);
	return s;
}

struct ws_value ws_dyn_call(struct ws_file *w, const struct ws_node *n, const struct ws_value *f, struct ws_value *args,
			    uint32_t nargs)
{
	struct ws_value mixed = ws_mixed(args, nargs), zero, one;
	struct ws_func *fn;
	bool evil = ws_evil(&mixed) || mixed.bits & V_UPLOAD;

	if (f->fn) {
		fn = ws_func_of(w, f->fn->text, f->fn);
		if (fn)
			return own(w, n, fn, args, nargs);
	}
	if (f->bits & V_KNOWN && f->str.n && f->str.n < 256) {
		fn = ws_func_of(w, bare(f->str), NULL);
		if (fn)
			return own(w, n, fn, args, nargs);
		if (w->lang == WS_PHP)
			return ws_php_call(w, n, bare(f->str), args, nargs);
		return mixed;
	}
	if (f->cls.n && !(f->bits & V_KNOWN) && w->lang == WS_PHP)
		for (uint32_t i = 0; i < w->nfuncs; i++)
			if (fb_slice_ieq(w->funcs[i].cls, f->cls) && fb_slice_ieq(w->funcs[i].name, FB_LIT("__invoke")))
				return own(w, n, &w->funcs[i], args, nargs);
	if (f->array && f->array->n >= 2) {
		zero = ws_number(w, 0);
		one = ws_number(w, 1);
		zero = ws_item(w, f, &zero);
		one = ws_item(w, f, &one);
		if (one.bits & V_KNOWN) {
			fn = ws_func_of(w, one.str, NULL);
			if (fn)
				return own(w, n, fn, args, nargs);
			if (zero.bits & V_KNOWN && !zero.cls.n)
				zero.cls = zero.str;
			return ws_method(w, n, one.str, &zero, args, nargs);
		}
		if (ws_evil(&one) && !(one.bits & (V_BEFORE | V_CHECKED)) && evil && !ws_evil(&zero))
			return mixed; /* a method of an object that the page chose */
		if (ws_evil(&one) && ws_evil(&zero))
			ws_sink(w, evil ? R_CALL : R_CALL_NAME, n, &one, "the name of the function that is called");
		return mixed;
	}
	if (ws_evil(f) && !(f->bits & (V_BEFORE | V_CHECKED)))
		ws_sink(w, evil ? R_CALL : R_CALL_NAME, n, f, "the name of the function that is called");
	else if (f->bits & V_HIDDEN && evil && !(mixed.bits & V_CHECKED))
		ws_sink(w, R_CALL, n, &mixed, "a function whose name is put together or decoded");
	else if (f->bits & (V_UNSET | V_REMOTE) && evil && !w->includes)
		ws_sink(w, R_CALL_NAME, n, &mixed, "a function whose name nothing on the page sets");
	if (f->bits & V_HIDDEN)
		mixed.bits |= V_HIDDEN;
	return mixed;
}

static bool called(const struct ws_node *n, const char *name)
{
	return n->text.n && fb_slice_ieq(n->text, fb_slice_str(name));
}

/* f(...), A::f(...), $a->f(...): not called. */
static bool whole_function(struct ws_file *w, const struct ws_node *n, struct ws_value *out)
{
	struct ws_func *fn;

	if (!n->b || !(n->b->flags & WN_SPREAD) || n->b->kind != X_NAME || !fb_slice_eqs(n->b->text, "...") || n->a->kind == X_VAR)
		return false;
	fn = ws_func_of(w, n->a->text, NULL);
	*out = ws_text(w, n->a->text);
	if (fn) {
		*out = ws_none();
		out->fn = fn->node;
		out->env = fn->env;
	}
	return true;
}

static struct ws_value by_name(struct ws_file *w, const struct ws_node *n)
{
	struct ws_value args[ARGS_MAX], f;
	uint32_t nargs;
	struct ws_func *fn = ws_func_of(w, n->a->text, NULL);
	struct ws_slot *slot;

	if (w->lang == WS_PHP && (called(n->a, "isset") || called(n->a, "empty")))
		return ws_none();
	nargs = arguments(w, n->b, args);
	if (fn)
		return own(w, n, fn, args, nargs);
	if (w->lang == WS_PHP) {
		/* (F)(x): the function that the constant names. */
		slot = ws_slot(w, w->consts, n->a->text, false);
		return slot && slot->set ? ws_dyn_call(w, n, &slot->v, args, nargs) : ws_php_call(w, n, n->a->text, args, nargs);
	}
	slot = ws_find(w, n->a->text);
	if (slot && slot->v.fn)
		return ws_dyn_call(w, n, &slot->v, args, nargs);
	if (slot && w->lang == WS_VB) {
		f = slot->v;
		if (wc_is_request(&f) && nargs)
			return ws_request(w, n, "request parameter", args[0].bits & V_KNOWN ? args[0].str : FB_LIT(""));
		return nargs ? ws_item(w, &f, &args[0]) : f;
	}
	if (slot && slot->v.bits & (V_HIDDEN | V_REQUEST) && w->lang == WS_JSCRIPT)
		return ws_dyn_call(w, n, &slot->v, args, nargs);
	return ws_other_call(w, n, n->a->text, args, nargs);
}

#define METHODS_MOST 6 /* of one name, in classes of one page */
#define FUNCS_FEW 64   /* in libraries names mean too many things */

/* That of the object's class, if it is known. */
static struct ws_func *method_of(struct ws_file *w, struct fb_slice name, const struct ws_value *obj)
{
	struct ws_func *fn = ws_func_of(w, name, NULL);

	for (uint32_t i = 0; fn && w->nfuncs <= FUNCS_FEW && obj->cls.n && !fb_slice_ieq(fn->cls, obj->cls) && i < w->nfuncs; i++)
		if (fb_slice_ieq(w->funcs[i].cls, obj->cls) && fb_slice_ieq(w->funcs[i].name, name))
			return &w->funcs[i];
	return fn;
}

static bool several(const struct ws_file *w, const struct ws_func *fn)
{
	if (w->nfuncs > FUNCS_FEW)
		return false;
	for (uint32_t i = 0; i < w->nfuncs; i++)
		if (&w->funcs[i] != fn && fn->cls.n && w->funcs[i].cls.n && fb_slice_ieq(w->funcs[i].name, fn->name))
			return true;
	return false;
}

/* An object of one of several classes. */
static struct ws_value each_method(struct ws_file *w, const struct ws_node *n, struct fb_slice name, struct ws_value *args, uint32_t nargs)
{
	struct ws_value out = ws_none();
	unsigned done = 0;

	for (uint32_t i = 0; i < w->nfuncs && done < METHODS_MOST && !w->cut; i++) {
		struct ws_value one;

		if (!w->funcs[i].cls.n || !fb_slice_ieq(w->funcs[i].name, name) || !w->funcs[i].node->b)
			continue;
		one = own(w, n, &w->funcs[i], args, nargs);
		out = done++ ? ws_either(&out, &one) : one;
	}
	return out;
}

static struct ws_value by_member(struct ws_file *w, const struct ws_node *n)
{
	const struct ws_node *m = n->a;
	struct ws_value args[ARGS_MAX], obj = m->a ? ws_eval(w, m->a) : ws_none(), name;
	uint32_t nargs = arguments(w, n->b, args);
	struct fb_slice text = m->text;
	struct ws_func *fn;

	if (m->b) {
		name = ws_eval(w, m->b);
		if (name.bits & V_KNOWN) {
			text = name.str;
		} else {
			struct ws_value mixed = ws_mixed(args, nargs);

			for (uint32_t i = 0; i < w->nfuncs && ws_evil(&name); i++)
				if (obj.cls.n && fb_slice_ieq(w->funcs[i].cls, obj.cls) &&
				    fb_slice_ieq(w->funcs[i].name, FB_LIT("__call"))) {
					struct ws_value both[2] = { name, ws_none() };

					for (uint32_t k = 0; k < nargs; k++)
						ws_item_set(w, &both[1], NULL, &args[k]);
					return own(w, n, &w->funcs[i], both, 2);
				}
			if (name.bits & V_HIDDEN && ws_evil(&mixed))
				ws_sink(w, R_CALL_NAME, n, &mixed, "a method whose name is put together or decoded");
			return mixed;
		}
	}
	if (obj.fn && nargs && w->lang != WS_PHP)
		return ws_dyn_call(w, n, &obj, args, nargs);
	fn = method_of(w, text, &obj);
	if (fn && !obj.cls.n && w->lang == WS_PHP && several(w, fn))
		return each_method(w, n, text, args, nargs);
	/* A method of the page's own; where the object is one of the system's, both. */
	if (fn && (!obj.cls.n || m->a->kind == X_NAME || m->a->kind == X_VAR || m->a->kind == X_NEW)) {
		struct ws_value v = own(w, n, fn, args, nargs), other;

		if (fn->cls.n && (!obj.cls.n || fb_slice_ieq(fn->cls, obj.cls) || fb_slice_eqs(m->a->text, "this")))
			return v;
		other = ws_method(w, n, text, &obj, args, nargs);
		return ws_either(&v, &other);
	}
	return ws_method(w, n, text, &obj, args, nargs);
}

static struct ws_value by_static(struct ws_file *w, const struct ws_node *n)
{
	const struct ws_node *m = n->a;
	struct ws_value args[ARGS_MAX], cls = ws_none(), f;
	uint32_t nargs = arguments(w, n->b, args);
	struct ws_func *fn;

	if (m->b || m->flags & WN_REF) { /* A::$f() */
		f = m->b ? ws_eval(w, m->b) : ws_name_value(w, m, m->text);
		return ws_dyn_call(w, n, &f, args, nargs);
	}
	fn = ws_func_of(w, m->text, NULL);
	if (fn)
		return own(w, n, fn, args, nargs);
	cls.cls = m->a ? m->a->text : FB_LIT("");
	if (fb_slice_eqs(cls.cls, "Closure") && nargs && fb_slice_ieq(m->text, FB_LIT("fromCallable")))
		return args[0];
	return ws_method(w, n, m->text, &cls, args, nargs);
}

struct ws_value ws_call(struct ws_file *w, const struct ws_node *n)
{
	struct ws_value args[ARGS_MAX], f;
	uint32_t nargs;

	if (!n->a)
		return ws_none();
	if (whole_function(w, n, &f))
		return f;
	switch (n->a->kind) {
	case X_NAME: return by_name(w, n);
	case X_MEMBER: return by_member(w, n);
	case X_STATIC: return by_static(w, n);
	case X_VAR:
		if (w->lang != WS_PHP)
			return by_name(w, n);
		break;
	default: break;
	}
	f = ws_eval(w, n->a);
	nargs = arguments(w, n->b, args);
	if (n->a->kind == X_STR && w->lang != WS_PHP)
		return f;
	/* x(1)(2) of Visual Basic takes an item. */
	if (w->lang == WS_VB && nargs && wc_is_request(&f))
		return ws_request(w, n, "request parameter", args[0].bits & V_KNOWN ? args[0].str : FB_LIT(""));
	if (w->lang == WS_VB && nargs)
		return ws_item(w, &f, &args[0]);
	return ws_dyn_call(w, n, &f, args, nargs);
}

struct ws_value ws_new(struct ws_file *w, const struct ws_node *n)
{
	struct ws_value args[ARGS_MAX], v, cls;
	uint32_t nargs = arguments(w, n->b, args);
	struct fb_slice name = n->text;
	struct ws_func *fn = NULL;

	if (n->a) {
		cls = ws_eval(w, n->a);
		if (cls.bits & V_KNOWN) {
			name = bare(cls.str);
		} else if (ws_evil(&cls) && !(cls.bits & (V_BEFORE | V_CHECKED))) {
			struct ws_value mixed = ws_mixed(args, nargs);

			ws_sink(w, ws_evil(&mixed) ? R_CALL : R_CALL_NAME, n, &cls, "the name of the class that is made");
			return mixed;
		}
	}
	/* A class of the page's own: its constructor. */
	for (uint32_t i = 0; i < w->nfuncs && name.n && !fn; i++)
		if (fb_slice_ieq(w->funcs[i].cls, name) &&
		    (fb_slice_ieq(w->funcs[i].name, FB_LIT("__construct")) || fb_slice_ieq(w->funcs[i].name, name)))
			fn = &w->funcs[i];
	if (fn) {
		(void)own(w, n, fn, args, nargs);
		v = ws_none();
		v.cls = name;
		return v;
	}
	v = ws_new_object(w, n, name, args, nargs);
	if (!v.cls.n)
		v.cls = name;
	for (const struct ws_node *set = n->c && n->c->kind == X_LIST ? n->c->a : NULL; set; set = set->next) {
		struct ws_value x = set->b ? ws_eval(w, set->b) : ws_none();

		if (set->kind == X_ASSIGN && set->a)
			ws_member_set(w, set->a, &v, &x);
	}
	return v;
}
