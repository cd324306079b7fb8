/* Runs the tree on values. Branches are run one after the other and what they set is
 * joined; loops whose conditions are known run as they would (decoders of hidden code are
 * such), others twice. All is counted. */
#include "detect/webshell/run.h"

#include <ctype.h>
#include <math.h>

bool wr_busy(struct ws_file *w)
{
	if (w->cut)
		return false;
	if (++w->steps > FB_WEBSHELL_STEPS) {
		w->cut = true;
		w->why = "it takes too many steps";
		return false;
	}
	return true;
}

/* ---- names ---- */

static bool insensitive(const struct ws_file *w)
{
	return w->lang == WS_VB || w->lang == WS_CFML;
}

static uint32_t hash_of(struct fb_slice s)
{
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < s.n; i++)
		h = (h ^ (uint32_t)tolower(s.p[i])) * 16777619u;
	return h;
}

struct ws_scope *ws_scope(struct ws_file *w, struct ws_scope *up)
{
	struct ws_scope *s = w->free_scopes;

	if (s) {
		struct ws_slot **table = s->table;
		uint32_t cap = s->cap;

		w->free_scopes = s->up;
		*s = (struct ws_scope){ .table = table, .cap = cap };
	} else {
		s = fb_arena_calloc(w->arena, 1, sizeof *s);
	}
	if (!s) {
		w->cut = w->oom = true;
		return w->file;
	}
	s->up = up;
	s->ret = ws_none();
	return s;
}

static bool grow(struct ws_file *w, struct ws_scope *s)
{
	uint32_t cap = s->cap ? s->cap * 2 : 16;
	struct ws_slot **t = fb_arena_calloc(w->arena, cap, sizeof *t);

	if (!t) {
		w->cut = w->oom = true;
		return false;
	}
	for (uint32_t i = 0; i < s->cap; i++)
		if (s->table[i]) {
			uint32_t h = hash_of(s->table[i]->name) & (cap - 1);

			while (t[h])
				h = (h + 1) & (cap - 1);
			t[h] = s->table[i];
		}
	s->table = t;
	s->cap = cap;
	return true;
}

struct ws_slot *ws_slot(struct ws_file *w, struct ws_scope *s, struct fb_slice name, bool make)
{
	struct ws_slot *slot;
	uint32_t h;

	if (make && s->n * 4 >= s->cap * 3 && !grow(w, s))
		return NULL;
	if (!s->cap)
		return NULL;
	h = hash_of(name) & (s->cap - 1);
	for (; s->table[h]; h = (h + 1) & (s->cap - 1))
		if (insensitive(w) ? fb_slice_ieq(s->table[h]->name, name) : fb_slice_eq(s->table[h]->name, name))
			return s->table[h];
	if (!make)
		return NULL;
	slot = w->free_slots;
	if (slot)
		w->free_slots = slot->free;
	else
		slot = fb_arena_get(w->arena, sizeof *slot);
	if (slot)
		*slot = (struct ws_slot){ .of = s };
	if (!slot) {
		w->cut = w->oom = true;
		return NULL;
	}
	slot->name = name;
	slot->v = ws_none();
	s->table[h] = slot;
	s->n++;
	return slot;
}

/* A name of the scope in work, or one that it sees. */
struct ws_slot *ws_find(struct ws_file *w, struct fb_slice name)
{
	for (struct ws_scope *s = w->scope; s; s = s->up) {
		struct ws_slot *slot = ws_slot(w, s, name, false);

		if (slot && slot->set)
			return slot;
	}
	return NULL;
}

static void remember(struct ws_file *w, struct ws_slot *slot)
{
	if (!w->branches || slot->stamp == w->branch)
		return;
	if (w->nundo == w->capundo) {
		uint32_t cap = w->capundo ? w->capundo * 2 : 256;
		struct ws_undo *v = cap > FB_WEBSHELL_UNDO ? NULL : fb_arena_get(w->arena, cap * sizeof *v);

		if (!v) {
			w->cut = true;
			w->why = "it takes too many steps";
			return;
		}
		if (w->nundo)
			memcpy(v, w->undo, w->nundo * sizeof *v);
		w->undo = v;
		w->capundo = cap;
	}
	w->undo[w->nundo++] = (struct ws_undo){ .slot = slot, .was = slot->v, .set = slot->set };
	slot->stamp = w->branch;
}

void ws_set(struct ws_file *w, struct ws_slot *slot, struct ws_value v)
{
	if (!slot)
		return;
	remember(w, slot);
	slot->v = v;
	slot->set = true;
}

/* ---- branches ---- */

struct branch {
	uint32_t from, outer;
};

static struct branch branch_begin(struct ws_file *w)
{
	struct branch b = { w->nundo, w->branch };

	w->branches++;
	w->branch = ++w->stamps;
	return b;
}

/* What the branch set so far is kept aside, and all is as before it. */
static uint32_t branch_other(struct ws_file *w, const struct branch *b)
{
	uint32_t to = w->nundo;

	w->steps += (to - b->from) / 8;
	for (uint32_t i = b->from; i < to; i++)
		w->undo[i].then = w->undo[i].slot->v;
	for (uint32_t i = to; i-- > b->from;) {
		w->undo[i].slot->v = w->undo[i].was;
		w->undo[i].slot->stamp = 0;
	}
	w->branch = ++w->stamps;
	return to;
}

static void branch_end(struct ws_file *w, const struct branch *b, uint32_t middle)
{
	w->steps += (w->nundo - b->from) / 4;
	for (uint32_t i = b->from; i < w->nundo; i++) {
		struct ws_undo *u = &w->undo[i];
		struct ws_value v = u->slot->v;

		if (i < middle)
			u->slot->v = ws_either(&v, &u->then);
		else if (u->set)
			u->slot->v = ws_either(&v, &u->was);
	}
	w->branch = b->outer;
	if (--w->branches == 0)
		w->nundo = 0;
}

/* A loop that is not followed exactly: what it changes is not known any more. */
static void forget(struct ws_file *w, const struct branch *b)
{
	for (uint32_t i = b->from; i < w->nundo; i++) {
		struct ws_slot *s = w->undo[i].slot;

		if (s->v.bits & V_KNOWN &&
		    !(w->undo[i].was.bits & V_KNOWN && fb_slice_eq(w->undo[i].was.str, s->v.str))) {
			if (!(s->v.bits & V_NUMBER))
				s->v.bits |= V_HIDDEN;
			s->v.bits &= ~(uint32_t)(V_KNOWN | V_EMPTY);
		}
	}
}

/* ---- conditions that check ---- */

static void check_value(struct ws_file *w, const struct ws_node *n)
{
	struct ws_slot *s;

	/* strtolower($x), basename($x), x.Substring(1).ToLower() … */
	if (n && n->kind == X_CALL && w->lang == WS_PHP && n->b)
		n = n->b;
	while (n && n->kind == X_CALL && w->lang != WS_PHP)
		n = n->a && n->a->kind == X_MEMBER ? n->a->a : n->b;
	if (!n)
		return;
	if (n->kind == X_VAR || (n->kind == X_NAME && w->lang != WS_PHP)) {
		s = ws_find(w, n->text);
		if (s && ws_evil(&s->v)) {
			struct ws_value v = s->v;

			v.bits |= V_CHECKED;
			remember(w, s);
			s->v = v;
		}
	} else if (n->kind == X_INDEX && n->b && n->b->kind == X_STR) {
		s = ws_slot(w, w->checked, n->b->text, true);
		if (s)
			s->set = true;
	}
}

static const struct ws_node *last_of(const struct ws_node *n)
{
	while (n && n->next)
		n = n->next;
	return n;
}

/* allowed.Contains(ext), Array.IndexOf(allowed, ext), InStr(allowed, ext): of a list that is not the request's own. */
static bool check_list(struct ws_file *w, const struct ws_node *n)
{
	static const char *const lists[] = { "contains", "containsKey", "containsValue", "indexOf", "instr", NULL };
	const struct ws_node *arg = last_of(n->b);

	for (size_t i = 0; lists[i] && w->lang != WS_PHP; i++)
		if (fb_slice_ieq(n->a->text, fb_slice_str(lists[i]))) {
			if (arg->kind == X_VAR || arg->kind == X_NAME || arg->kind == X_CALL)
				check_value(w, arg);
			return true;
		}
	return false;
}

static void check_call(struct ws_file *w, const struct ws_node *n)
{
	static const char *const lists[] = { "in_array", "array_key_exists", "method_exists", "is_numeric", "is_int", "ctype_digit",
					     "ctype_alnum", "ctype_alpha", "ctype_xdigit", "array_search", "key_exists",
					     "is_a", "is_subclass_of", "class_exists", "property_exists", NULL };
	const struct ws_node *arg = n->b, *f = n->a;

	if (!f || !arg || (f->kind != X_NAME && f->kind != X_MEMBER))
		return;
	if (check_list(w, n))
		return;
	if (fb_slice_ieq(f->text, FB_LIT("isset"))) {
		if (arg->kind == X_INDEX)
			check_value(w, arg->b);
		return;
	}
	for (size_t i = 0; lists[i]; i++)
		if (fb_slice_ieq(f->text, fb_slice_str(lists[i]))) {
			check_value(w, i == 2 && arg->next ? arg->next : arg);
			return;
		}
	if ((fb_slice_ieq(f->text, FB_LIT("preg_match")) || fb_slice_ieq(f->text, FB_LIT("ereg"))) && arg->next &&
	    arg->kind == X_STR && arg->text.n > 3 && memchr(arg->text.p, '^', arg->text.n) &&
	    memchr(arg->text.p, '$', arg->text.n))
		check_value(w, arg->next);
}

void wr_checks(struct ws_file *w, const struct ws_node *n)
{
	if (!n || !wr_busy(w))
		return;
	if (n->kind == X_CALL)
		check_call(w, n);
	if (n->kind == X_BIN || n->kind == X_UN || n->kind == X_ASSIGN)
		for (const struct ws_node *a = n->a; a; a = a->next)
			wr_checks(w, a);
}

/* ---- statements ---- */

/* A condition whose value is known: 0 or 1; -1: it is not. */
int wr_truth(const struct ws_value *v)
{
	double d;

	if (!(v->bits & V_KNOWN))
		return -1;
	if (!v->str.n || (v->str.n == 1 && v->str.p[0] == '0') || fb_slice_ieq(v->str, FB_LIT("false")))
		return 0;
	if (v->bits & V_NUMBER && ws_as_number(v, &d))
		return d != 0;
	return 1;
}

static void exec_list(struct ws_file *w, const struct ws_node *n)
{
	for (; n && !w->cut && w->go == GO_ON; n = n->next)
		wr_exec(w, n);
}

static void if_statement(struct ws_file *w, const struct ws_node *n)
{
	struct ws_value c = n->a ? ws_eval(w, n->a) : ws_none();
	int truth = n->a ? wr_truth(&c) : -1;
	struct branch b;
	uint32_t middle;

	wr_checks(w, n->a);
	if (truth >= 0 && w->concrete && w->branches == w->base) {
		exec_list(w, truth ? n->b : n->c);
		return;
	}
	b = branch_begin(w);
	exec_list(w, n->b);
	w->go = GO_ON;
	middle = branch_other(w, &b);
	exec_list(w, n->c);
	w->go = GO_ON;
	branch_end(w, &b, middle);
}

static void twice(struct ws_file *w, const struct ws_node *body, const struct ws_node *cond)
{
	struct branch b = branch_begin(w);

	for (unsigned i = 0; i < 2 && !w->cut; i++) {
		exec_list(w, body);
		w->go = GO_ON;
		if (cond)
			(void)ws_eval(w, cond);
		forget(w, &b);
		w->branch = ++w->stamps;
	}
	branch_end(w, &b, b.from);
}

/* Runs a body as it would run; false: it is to stop. */
static bool once(struct ws_file *w, const struct ws_node *body)
{
	uint32_t base = w->base;

	w->concrete++;
	w->base = w->branches;
	/* The step of a for runs after a continue too. */
	if (body && body->kind == S_BLOCK) {
		const struct ws_node *n = body->a;

		for (; n && !w->cut && w->go == GO_ON && !(n->flags & WN_STEP); n = n->next)
			wr_exec(w, n);
		if (w->go == GO_CONTINUE)
			w->go = GO_ON;
		while (n && !(n->flags & WN_STEP))
			n = n->next;
		if (w->go == GO_ON)
			exec_list(w, n);
	} else {
		exec_list(w, body);
	}
	w->concrete--;
	w->base = base;
	if (w->go == GO_CONTINUE)
		w->go = GO_ON;
	if (w->go == GO_BREAK) {
		w->go = GO_ON;
		return false;
	}
	return w->go == GO_ON && !w->cut;
}

static void loop(struct ws_file *w, const struct ws_node *n)
{
	unsigned i = 0;
	struct ws_value c;
	int truth;

	if (n->a)
		wr_exec(w, n->a);
	c = n->b ? ws_eval(w, n->b) : ws_none();
	wr_checks(w, n->b);
	truth = n->b ? wr_truth(&c) : -1;
	if (n->flags & WN_TIGHT && truth >= 0) {
		if (!once(w, n->c))
			return;
		c = ws_eval(w, n->b);
		truth = wr_truth(&c);
	}
	/* "while (true)" waits for something outside. */
	if (n->b && (n->b->kind == X_NUM || n->b->kind == X_STR || n->b->kind == X_NAME))
		truth = -1;
	while (truth == 1 && i++ < FB_WEBSHELL_TURNS) {
		if (!once(w, n->c))
			return;
		c = ws_eval(w, n->b);
		truth = wr_truth(&c);
	}
	if (truth != 0)
		twice(w, n->c, n->b);
}

static void each(struct ws_file *w, const struct ws_node *n)
{
	struct ws_value over = n->a ? ws_eval(w, n->a) : ws_none(), item, key = ws_none();
	const struct ws_node *to = n->b, *tokey = to ? to->next : NULL;

	if (over.array && !ws_evil(&over) && over.array->n <= FB_WEBSHELL_TURNS) {
		uint32_t count = over.array->n;

		for (uint32_t i = 0; i < count && !w->cut; i++) {
			if (to)
				ws_assign(w, to, over.array->v[i].v);
			if (tokey)
				ws_assign(w, tokey, ws_text(w, over.array->v[i].key));
			if (!once(w, n->c))
				break;
		}
		return;
	}
	item = ws_item(w, &over, &key);
	if (over.bits & V_ALL && over.src) {
		item = ws_request(w, n, over.src->what, FB_LIT(""));
		item.bits |= over.bits & V_UPLOAD;
		key = ws_request(w, n, "name of a request parameter", FB_LIT(""));
	}
	if (over.bits & V_UPLOAD)
		item.bits |= V_ALL;
	if (!item.cls.n)
		item.cls = over.bits & V_ALL ? FB_LIT("") : over.cls;
	if (to)
		ws_assign(w, to, item);
	if (tokey)
		ws_assign(w, tokey, key);
	twice(w, n->c, NULL);
}

static void global(struct ws_file *w, const struct ws_node *n)
{
	for (const struct ws_node *v = n->a; v; v = v->next) {
		struct ws_slot *s;
		uint32_t h;

		if (v->kind != X_VAR || w->scope == w->file)
			continue;
		s = ws_slot(w, w->file, v->text, true);
		if (!s || ws_slot(w, w->scope, v->text, false))
			continue;
		if (w->scope->n * 4 >= w->scope->cap * 3 && !grow(w, w->scope))
			return;
		h = hash_of(v->text) & (w->scope->cap - 1);
		while (w->scope->table[h])
			h = (h + 1) & (w->scope->cap - 1);
		w->scope->table[h] = s;
		w->scope->n++;
	}
}

static void class_body(struct ws_file *w, const struct ws_node *n)
{
	for (; n && !w->cut; n = n->next) {
		struct ws_slot *s;

		if (n->kind == X_FUNC)
			continue;
		if (n->kind == S_BLOCK) {
			class_body(w, n->a);
		} else if (n->kind == X_ASSIGN && n->a && (n->a->kind == X_VAR || n->a->kind == X_NAME) && w->lang == WS_PHP) {
			struct ws_value v = n->b ? ws_eval(w, n->b) : ws_none();

			s = ws_slot(w, n->a->flags & WN_CONST ? w->consts : w->props, n->a->text, true);
			if (s)
				ws_set(w, s, s->set ? ws_either(&s->v, &v) : v);
			s = ws_slot(w, w->statics, n->a->text, true);
			if (s)
				ws_set(w, s, v);
		} else {
			wr_exec(w, n);
		}
	}
}

static void declare(struct ws_file *w, const struct ws_node *n)
{
	struct ws_value v = n->a ? ws_eval(w, n->a) : ws_none();
	struct ws_slot *s = ws_slot(w, w->scope, n->text, true);

	if (n->b && n->b->text.n && (!v.cls.n || !n->a) && !fb_slice_eqs(n->b->text, "var") &&
	    !fb_slice_ieq(n->b->text, FB_LIT("object")))
		v.cls = n->b->text;
	if (!n->a) {
		/* A field that something has set already keeps that; a control is filled by ASP.NET. */
		if (s && s->set)
			return;
		v.bits |= V_EMPTY | V_KNOWN;
	}
	if (s)
		ws_set(w, s, v);
}

static void give_back(struct ws_file *w, const struct ws_node *n)
{
	struct ws_value v = n->a ? ws_eval(w, n->a) : ws_none();

	w->scope->ret = w->scope->returned ? ws_either(&w->scope->ret, &v) : v;
	w->scope->returned = true;
	if (w->concrete && w->branches == w->base)
		w->go = GO_RETURN;
}

void wr_exec(struct ws_file *w, const struct ws_node *n)
{
	if (!n || !wr_busy(w))
		return;
	if (w->rundepth >= FB_WEBSHELL_RUN_DEPTH)
		return;
	w->rundepth++;
	switch (n->kind) {
	case S_BLOCK: exec_list(w, n->a); break;
	case S_IF: if_statement(w, n); break;
	case S_LOOP: loop(w, n); break;
	case S_EACH: each(w, n); break;
	case S_RETURN: give_back(w, n); break;
	case S_GLOBAL: global(w, n); break;
	case S_CLASS: class_body(w, n->b ? n->b->a : NULL); break;
	case S_DECL: declare(w, n); break;
	case S_ECHO:
		for (const struct ws_node *e = n->a; e; e = e->next)
			(void)ws_eval(w, e);
		break;
	case S_JUMP:
		if (w->concrete && w->branches == w->base)
			w->go = n->op ? GO_BREAK : GO_CONTINUE;
		break;
	case X_FUNC:
		if (!n->text.n)
			(void)ws_eval(w, n);
		break;
	default: (void)ws_eval(w, n); break;
	}
	w->rundepth--;
}

/* ---- functions ---- */

/* Functions without a name are told by where they stand, or all would have one place. */
static uint32_t hash_of_func(const struct ws_node *n)
{
	return n->text.n ? hash_of(n->text) : hash_of(fb_slice(&n->at, sizeof n->at));
}

/* Beyond so many of one name, or of one place in the table, functions are not found. */
#define PROBES 4096

static void place_func(uint32_t *index, uint32_t cap, const struct ws_node *n, uint32_t number)
{
	uint32_t h = hash_of_func(n) & (4 * cap - 1);

	for (unsigned probes = 0; index[h]; h = (h + 1) & (4 * cap - 1))
		if (++probes >= PROBES)
			return;
	index[h] = number;
}

static void add_func(struct ws_file *w, const struct ws_node *n, struct fb_slice cls, struct ws_scope *env)
{
	if (w->nfuncs >= FB_WEBSHELL_FUNCTIONS)
		return;
	if (w->nfuncs == w->capfuncs) {
		uint32_t cap = w->capfuncs ? w->capfuncs * 2 : 64;
		struct ws_func *v = fb_arena_get(w->arena, cap * sizeof *v);
		uint32_t *index = fb_arena_calloc(w->arena, 4 * cap, sizeof *index);

		if (!v || !index) {
			w->cut = w->oom = true;
			return;
		}
		if (w->nfuncs)
			memcpy(v, w->funcs, w->nfuncs * sizeof *v);
		w->funcs = v;
		w->capfuncs = cap;
		w->index = index;
		for (uint32_t i = 0; i < w->nfuncs; i++)
			place_func(index, cap, v[i].node, i + 1);
	}
	w->funcs[w->nfuncs] = (struct ws_func){ .node = n, .name = n->text, .cls = cls, .env = env };
	place_func(w->index, w->capfuncs, n, ++w->nfuncs);
}

/* By name; by node where that is not NULL. */
struct ws_func *ws_func_of(struct ws_file *w, struct fb_slice name, const struct ws_node *node)
{
	uint32_t h, probes = 0;

	if (!w->capfuncs)
		return NULL;
	h = (node ? hash_of_func(node) : hash_of(name)) & (4 * w->capfuncs - 1);
	for (; w->index[h] && probes++ < PROBES; h = (h + 1) & (4 * w->capfuncs - 1)) {
		struct ws_func *f = &w->funcs[w->index[h] - 1];

		if (node ? f->node == node : fb_slice_ieq(f->name, name))
			return f;
	}
	return NULL;
}

static void collect(struct ws_file *w, const struct ws_node *n, struct fb_slice cls)
{
	for (; n && wr_busy(w); n = n->next) {
		if (n->kind == S_CLASS) {
			collect(w, n->b, n->text);
			continue;
		}
		if (n->kind == X_FUNC && n->text.n)
			add_func(w, n, cls, NULL);
		if (n->kind == X_NEW && n->c)
			collect(w, n->c, n->text);
		if (n->kind == X_BIN || n->kind == X_CAT) {
			collect(w, n->a, cls);
			continue;
		}
		collect(w, n->a, cls);
		collect(w, n->b, cls);
		collect(w, n->c, cls);
	}
}

/* A function that was met as a value. */
void wr_closure(struct ws_file *w, const struct ws_node *n)
{
	if (!ws_func_of(w, FB_LIT(""), n))
		add_func(w, n, FB_LIT(""), w->scope);
	w->scope->kept = true;
}

static void bind(struct ws_file *w, const struct ws_node *fn, struct ws_scope *s, const struct ws_value *args,
		 uint32_t nargs)
{
	uint32_t i = 0;
	struct ws_value all = ws_none();

	all.array = ws_array(w);
	for (uint32_t k = 0; k < nargs; k++)
		ws_item_set(w, &all, NULL, &args[k]);
	for (const struct ws_node *p = fn->a; p; p = p->next, i++) {
		struct ws_value v = i < nargs ? args[i] : p->a ? ws_eval(w, p->a) : ws_none();
		struct ws_slot *slot = ws_slot(w, s, p->text, true);

		if (p->b && p->b->text.n && !v.cls.n)
			v.cls = p->b->text;
		if (slot)
			ws_set(w, slot, v);
		if (p->flags & WN_FIELD && (slot = ws_slot(w, w->props, p->text, true)) != NULL)
			ws_set(w, slot, v);
	}
	if (nargs) {
		struct ws_slot *slot = ws_slot(w, s, FB_LIT("\1args"), true);

		if (slot)
			ws_set(w, slot, all);
	}
}

void ws_call_done(struct ws_file *w)
{
	struct ws_scope *s = w->last;
	uint32_t at;

	w->last = NULL;
	if (!s || s->kept)
		return;
	at = s->undo;
	for (uint32_t i = s->undo; i < w->nundo; i++)
		if (w->undo[i].slot->of != s)
			w->undo[at++] = w->undo[i];
	if (at < w->nundo)
		w->nundo = at;
	for (uint32_t i = 0; i < s->cap; i++) {
		if (s->table[i] && s->table[i]->of == s) {
			s->table[i]->free = w->free_slots;
			w->free_slots = s->table[i];
		}
		s->table[i] = NULL;
	}
	s->up = w->free_scopes;
	w->free_scopes = s;
}

struct ws_value ws_call_func(struct ws_file *w, struct ws_func *f, const struct ws_value *args, uint32_t nargs)
{
	struct ws_scope *was = w->scope, *s;
	uint32_t base = w->base, concrete = w->concrete, at = (uint32_t)(f - w->funcs);
	const struct ws_node *node = f->node;
	struct ws_value v;

	ws_call_done(w);
	if (f->active >= 2 || w->calls >= FB_WEBSHELL_CALLS || f->runs >= FB_WEBSHELL_RUNS) {
		v = ws_mixed(args, nargs);
		return v;
	}
	s = ws_scope(w, f->env ? f->env : w->lang == WS_PHP ? NULL : w->file);
	s->fn = node;
	s->undo = w->nundo;
	f->active++;
	f->runs++;
	w->calls++;
	bind(w, node, s, args, nargs);
	w->scope = s;
	/* A function runs as it would when it is called from a loop that does. */
	w->base = w->branches;
	w->concrete = !w->loose;
	w->loose = false;
	if (node->flags & WN_SHORT)
		s->ret = node->b ? ws_eval(w, node->b) : ws_none();
	else if (node->b)
		wr_exec(w, node->b);
	if (node->b && !s->returned && !(node->flags & WN_SHORT)) {
		/* Visual Basic gives back what was set to the function's name. */
		struct ws_slot *own = ws_slot(w, s, node->text, false);

		if (own && own->set)
			s->ret = own->v;
	}
	w->go = GO_ON;
	w->base = base;
	w->concrete = concrete;
	w->scope = was;
	w->calls--;
	w->funcs[at].active--;
	w->last = s;
	return s->ret;
}

/* ---- the whole ---- */

/* A function that the page gives to others to be called: what it is given, it runs. Of libraries most functions are not
 * called in their own file. */
static bool handed_over(struct ws_file *w, uint32_t i)
{
	if (w->funcs[i].runs)
		return false;
	switch (w->lang) {
	case WS_PHP: return !w->funcs[i].name.n && !w->part && !w->includes;
	case WS_VB: return ws_has(w, W_GETREF);
	case WS_JSCRIPT: return false;
	default: return true;
	}
}

static void alone(struct ws_file *w, uint32_t i)
{
	const struct ws_node *fn = w->funcs[i].node;
	struct ws_value args[16];
	uint32_t n = 0;

	for (const struct ws_node *p = fn->a; p && n < 16; p = p->next) {
		args[n] = fn->flags & WN_WEB ? ws_request(w, p, "parameter of the web service", p->text) :
			    p->a ? ws_eval(w, p->a) : ws_none();
		if (!(fn->flags & WN_WEB) && handed_over(w, i)) {
			args[n] = ws_request(w, p, "what a function is called with, which is", p->text);
			args[n].bits |= V_HANDED;
		}
		n++;
	}
	w->funcs[i].runs = 0;
	w->loose = true;
	(void)ws_call_func(w, &w->funcs[i], args, n);
	ws_call_done(w);
	w->loose = false;
}

/* Nothing but classes and functions: what another file takes in. */
static bool library(const struct ws_node *program)
{
	unsigned parts = 0;

	for (const struct ws_node *n = program->a; n; n = n->next) {
		if (n->kind == S_CLASS || n->kind == X_FUNC)
			parts++;
		else if (n->kind != X_INCLUDE && n->kind != X_BIN && n->kind != X_ASSIGN && n->kind != S_IF)
			return false;
		else if (n->kind == X_ASSIGN && n->b && n->b->kind != X_STR && n->b->kind != X_NUM && n->b->kind != X_ARRAY)
			return false;
		else if (n->kind == S_IF && n->b && n->b->kind != X_CALL && n->b->kind != X_FUNC && n->b->kind != S_BLOCK)
			return false;
		else if (n->kind == S_IF && n->b && n->b->kind == S_BLOCK && n->b->a && n->b->a->kind != X_CALL && n->b->a->kind != X_FUNC &&
			 n->b->a->kind != S_CLASS && n->b->a->kind != S_RETURN)
			return false;
	}
	return parts > 0;
}

static void run_program(struct ws_file *w, const struct ws_node *program)
{
	collect(w, program, FB_LIT(""));
	w->part = w->part || (w->lang == WS_PHP && library(program));
	/* Once to see what sets what, whatever the order; then to find. */
	for (unsigned round = 0; round < 2 && !w->oom; round++) {
		w->quiet = round == 0;
		w->cut = false;
		w->steps = 0;
		w->built = 0;
		w->branches = w->branch = w->nundo = w->calls = w->rundepth = w->concrete = 0;
		w->scope = w->file;
		for (uint32_t i = 0; i < w->nfuncs; i++)
			w->funcs[i].runs = 0;
		wr_exec(w, program);
		w->go = GO_ON;
		for (uint32_t i = 0; i < w->nfuncs && !w->cut; i++)
			alone(w, i);
	}
}

void ws_run(struct ws_file *w, struct ws_node *program)
{
	struct ws_scope *none;

	w->file = NULL;
	none = ws_scope(w, NULL);
	w->file = w->scope = none;
	if (!none)
		return;
	w->props = ws_scope(w, NULL);
	w->statics = ws_scope(w, NULL);
	w->consts = ws_scope(w, NULL);
	w->checked = ws_scope(w, NULL);
	if (w->oom)
		return;
	w->nfuncs = w->capfuncs = 0;
	run_program(w, program);
}

struct ws_value ws_function_of(struct ws_file *w, const struct ws_node *n, struct fb_slice params, struct fb_slice code)
{
	struct ws_tokens t = { .lang = w->lang };
	uint32_t was_line = w->place_line;
	struct ws_node *program;
	struct ws_value v = ws_none();
	struct fb_buf b;
	char *text;

	v.bits = V_HIDDEN;
	if (w->nest >= FB_WEBSHELL_NEST || code.n + params.n > FB_WEBSHELL_TEXT_MAX)
		return v;
	fb_buf_init(&b, 2 * FB_WEBSHELL_TEXT_MAX);
	(void)fb_buf_puts(&b, "function(");
	(void)fb_buf_slice(&b, params);
	(void)fb_buf_puts(&b, "){");
	(void)fb_buf_slice(&b, code);
	(void)fb_buf_puts(&b, "\n};");
	text = b.code ? NULL : fb_arena_strn(w->arena, b.p, b.n);
	if (text) {
		w->nest++;
		w->place_line = n->line;
		ws_lex(w, &t, fb_slice_str(text), 0, strlen(text), true);
		for (uint32_t i = 0; t.v && i <= t.n; i++)
			t.v[i].at = n->at;
		program = ws_parse(w, &t);
		w->place_line = was_line;
		if (program && program->a && !w->cut)
			v = ws_eval(w, program->a);
		w->nest--;
	}
	fb_buf_dispose(&b);
	return v;
}

/* Code that was hidden in this page: read and run in the place where it is. */
void ws_run_text(struct ws_file *w, struct fb_slice code, uint32_t line, uint32_t at, uint32_t steps)
{
	struct ws_tokens t = { .lang = w->lang };
	uint32_t was_line = w->place_line, was_at = w->place_at, was_steps = w->place_steps;
	struct ws_node *program;
	bool html;

	if (w->nest >= FB_WEBSHELL_NEST || !code.n || w->cut)
		return;
	w->nest++;
	w->place_line = line ? line : 1;
	w->place_at = at;
	w->place_steps |= steps;
	html = w->lang == WS_PHP && fb_slice_starts(fb_slice_trim(code), FB_LIT("<?"));
	if (w->lang == WS_PHP && fb_slice_starts(fb_slice_trim(code), FB_LIT("?>")))
		html = true;
	ws_lex(w, &t, code, 0, code.n, !html);
	for (uint32_t i = 0; t.v && i <= t.n; i++)
		t.v[i].at = at;
	program = w->lang == WS_VB ? ws_parse_vb(w, &t) : ws_parse(w, &t);
	if (program && !w->cut) {
		uint32_t from = w->nfuncs;

		collect(w, program, FB_LIT(""));
		if (program->kind == S_BLOCK && program->a && !program->a->next && program->a->kind < S_BLOCK)
			w->result = ws_eval(w, program->a);
		else
			wr_exec(w, program);
		w->go = GO_ON;
		for (uint32_t i = from; i < w->nfuncs && !w->cut; i++)
			alone(w, i);
	}
	w->place_line = was_line;
	w->place_at = was_at;
	w->place_steps = was_steps;
	w->nest--;
}
