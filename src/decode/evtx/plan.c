/* From BinXML to fields.
 *
 * A fragment (a template's definition, or BinXML that stands in a record without
 * one) is compiled into a plan: a flat list of leaves in document order, each with
 * its name, its symbol and what its value is made of. Running a plan over the
 * values of a record fills the fields. Plans of definitions are kept for the
 * chunk; those of bare fragments die with the record.
 */
#include "base/text.h"
#include "decode/evtx/evtx.h"

#include <stdlib.h>

enum leaf_kind { LEAF_FIXED, LEAF_SUBST, LEAF_PARTS, LEAF_INSTANCE };

struct piece {
	bool subst;
	uint8_t declared; /* type of a substitution, as the definition has it */
	uint16_t index;
	struct fb_field fixed;
};

struct leaf {
	uint8_t kind;
	uint8_t role;
	bool quiet;   /* no field when there is no value */
	uint16_t index;
	uint32_t sym;
	struct fb_slice name; /* empty: of whatever the fragment stands in */
	union {
		struct fb_field fixed;
		struct {
			const struct piece *v;
			uint32_t n;
		} parts;
		const struct bx_instance *inst;
	} u;
	/* <Data Name="%1">: the name is put together for each record. */
	const struct piece *named_by;
	uint32_t nnamed_by;
};

struct evtx_plan {
	struct evtx_plan *next;
	uint32_t at;
	uint32_t nleaves;
	const struct leaf *leaves;
	const char *why; /* it ends early: what is wrong behind it */
	bool limit;
};

/* An element that is open while a fragment is compiled. */
struct element {
	struct fb_slice name; /* UTF-16, without prefix */
	struct fb_slice given; /* UTF-8: value of the Name attribute */
	const struct piece *named_by;
	uint32_t nnamed_by;
	bool takes_name; /* Data: called by its Name attribute */
	bool system;     /* child of System */
	bool rendering;  /* below RenderingInfo */
	bool attributes;
	bool filled;     /* has children or content */
};

struct compiler {
	struct evtx *x;
	struct fb_arena *arena;
	struct evtx_plan *plan;
	struct leaf *leaves;
	uint32_t nleaves, cleaves;
	struct piece *pieces; /* content that waits for its end */
	uint32_t npieces, cpieces;
	struct element stack[FB_BINXML_DEPTH];
	unsigned depth;
	bool in_attr;
	struct fb_slice attr; /* UTF-16 name */
	uint32_t steps;
};

/* ---- memory ---- */

static void damaged(struct evtx *x, const char *why, bool limit)
{
	x->flags |= FB_EVENT_DAMAGED;
	if (!x->why)
		x->why = why;
	x->limit = x->limit || limit;
}

/* NULL: x->nomem or the plan's limit says which. */
static void *take(struct evtx *x, struct fb_arena *a, size_t n)
{
	void *p = fb_arena_get(a, n);

	if (!p) {
		if (a->max - a->total < n + (64u << 10)) /* an arena's block */
			damaged(x, "too much memory for one chunk", true);
		else
			x->nomem = true;
	}
	return p;
}

/* Room for one more item behind n of them. */
static bool grow(struct compiler *c, void **v, uint32_t n, uint32_t *cap, size_t size)
{
	uint32_t want = *cap ? *cap * 2 : 32;
	void *p;

	if (n < *cap)
		return true;
	p = take(c->x, c->arena, want * size);
	if (!p)
		return false;
	if (n)
		memcpy(p, *v, n * size);
	*v = p;
	*cap = want;
	return true;
}

static struct leaf *new_leaf(struct compiler *c, uint8_t kind)
{
	void *v = c->leaves;

	if (!grow(c, &v, c->nleaves, &c->cleaves, sizeof *c->leaves))
		return NULL;
	c->leaves = v;
	c->leaves[c->nleaves] = (struct leaf){ .kind = kind };
	return &c->leaves[c->nleaves++];
}

static struct piece *new_piece(struct compiler *c)
{
	void *v = c->pieces;

	if (!grow(c, &v, c->npieces, &c->cpieces, sizeof *c->pieces))
		return NULL;
	c->pieces = v;
	c->pieces[c->npieces] = (struct piece){ 0 };
	return &c->pieces[c->npieces++];
}

/* ---- names ---- */

static struct fb_slice local_part(struct fb_slice name)
{
	for (size_t i = 0; i < name.n; i += 2)
		if (name.p[i] == ':' && !name.p[i + 1] && i + 2 < name.n)
			return fb_slice_sub(name, i + 2, name.n - i - 2);
	return name;
}

/* prefix, element, "_", attribute: as UTF-8 in the arena. */
static struct fb_slice join_name(struct compiler *c, const char *prefix, struct fb_slice element,
				 struct fb_slice attr)
{
	size_t lead = strlen(prefix);
	uint8_t *p = take(c->x, c->arena, lead + (element.n + attr.n) / 2 * 3 + 1);
	size_t n = lead;

	if (!p)
		return (struct fb_slice){ 0 };
	memcpy(p, prefix, lead);
	n += fb_utf16_to_utf8_raw(element, p + n);
	if (attr.n) {
		p[n++] = '_';
		n += fb_utf16_to_utf8_raw(attr, p + n);
	}
	return fb_slice(p, n);
}

static uint32_t symbol(const struct evtx *x, struct fb_slice name)
{
	return x->sink->syms && name.n ? fb_syms_find(x->sink->syms, name) : FB_SYM_NONE;
}

static uint8_t role_of(uint32_t sym)
{
	switch (sym) {
	case FB_SYM_EVENT_ID:
		return EVTX_ROLE_EVENT_ID;
	case FB_SYM_SYSTEM_TIME:
		return EVTX_ROLE_TIME;
	case FB_SYM_CHANNEL:
		return EVTX_ROLE_CHANNEL;
	case FB_SYM_PROVIDER:
		return EVTX_ROLE_PROVIDER;
	case FB_SYM_COMPUTER:
		return EVTX_ROLE_COMPUTER;
	default:
		return EVTX_ROLE_NONE;
	}
}

static void name_leaf(struct compiler *c, struct leaf *l, const struct element *e,
		      struct fb_slice attr)
{
	const char *prefix = "";

	if (!e)
		return;
	if (e->rendering && !(bx_name_is(e->name, "Message") && !attr.n))
		prefix = "RenderingInfo_";
	if (!attr.n && e->takes_name && e->nnamed_by) {
		l->named_by = e->named_by;
		l->nnamed_by = e->nnamed_by;
	} else if (!attr.n && e->takes_name && e->given.n) {
		l->name = e->given;
	} else {
		l->name = join_name(c, prefix, e->name, attr);
	}
	l->sym = symbol(c->x, l->name);
	if (e->system)
		l->role = role_of(l->sym);
}

/* ---- content ---- */

static bool blank(const struct fb_field *f)
{
	for (size_t i = 0; i < f->v.n; i++)
		if (f->v.p[i] && f->v.p[i] != ' ' && f->v.p[i] != '\t' && f->v.p[i] != '\r' &&
		    f->v.p[i] != '\n')
			return false;
	return true;
}

/* Fixed pieces as one text in UTF-8. */
static struct fb_slice join_text(struct compiler *c, size_t max)
{
	struct fb_slice text = { 0 };
	size_t room = 0;
	uint8_t *p;

	for (uint32_t i = 0; i < c->npieces; i++)
		room += c->pieces[i].fixed.v.n * 2;
	p = take(c->x, c->arena, room + 1);
	if (!p)
		return text;
	text.p = p;
	for (uint32_t i = 0; i < c->npieces; i++) {
		const struct fb_field *f = &c->pieces[i].fixed;
		struct fb_slice v = f->v;

		if (f->type == FB_V_UTF16) {
			text.n += fb_utf16_to_utf8_raw(v, p + text.n);
		} else if (f->type == FB_V_UTF8 && v.n) {
			memcpy(p + text.n, v.p, v.n);
			text.n += v.n;
		}
	}
	if (text.n > max)
		for (text.n = max; text.n && (p[text.n] & 0xC0) == 0x80;)
			text.n--;
	return text;
}

static bool all_text(const struct compiler *c)
{
	for (uint32_t i = 0; i < c->npieces; i++)
		if (c->pieces[i].subst || (c->pieces[i].fixed.type != FB_V_UTF16 &&
					   c->pieces[i].fixed.type != FB_V_UTF8))
			return false;
	return true;
}

static const struct piece *keep_pieces(struct compiler *c)
{
	struct piece *v = take(c->x, c->arena, c->npieces * sizeof *v);

	if (v)
		memcpy(v, c->pieces, c->npieces * sizeof *v);
	return v;
}

/* The waiting pieces become a leaf, called after e (and attr). */
static void end_content(struct compiler *c, const struct element *e, struct fb_slice attr,
			bool quiet)
{
	const struct piece *one = c->pieces;
	struct leaf *l = new_leaf(c, LEAF_FIXED);

	if (!l)
		return;
	l->quiet = quiet;
	if (c->npieces == 1 && one->subst) {
		l->kind = LEAF_SUBST;
		l->index = one->index;
		l->quiet = quiet || one->declared == BX_BINXML;
	} else if (c->npieces == 1) {
		l->u.fixed = one->fixed;
	} else if (all_text(c)) {
		l->u.fixed = (struct fb_field){ .type = FB_V_UTF8, .v = join_text(c, SIZE_MAX) };
	} else {
		l->kind = LEAF_PARTS;
		l->u.parts.v = keep_pieces(c);
		l->u.parts.n = l->u.parts.v ? c->npieces : 0;
	}
	name_leaf(c, l, e, attr);
	if (l->kind == LEAF_FIXED) {
		l->u.fixed.name = l->name;
		l->u.fixed.sym = l->sym;
	}
	c->npieces = 0;
}

static struct element *top(struct compiler *c)
{
	return c->depth ? &c->stack[c->depth - 1] : NULL;
}

/* Text of the open element ends: a child or its end tag follows. */
static void end_text(struct compiler *c)
{
	struct element *e = top(c);

	if (!c->npieces)
		return;
	if (e && e->filled && all_text(c)) {
		bool empty = true;

		for (uint32_t i = 0; i < c->npieces; i++)
			empty = empty && blank(&c->pieces[i].fixed);
		if (empty) {
			c->npieces = 0;
			return;
		}
	}
	end_content(c, e, (struct fb_slice){ 0 }, e && e->filled);
	if (e)
		e->filled = true;
}

static bool is_namespace(struct fb_slice attr)
{
	struct fb_slice head = fb_slice_sub(attr, 0, 10);

	return bx_name_is(head, "xmlns") || bx_name_is(fb_slice_sub(attr, 0, 12), "xmlns:") ||
	       (attr.n > 12 && bx_name_is(head, "xmlns") && attr.p[10] == ':');
}

static void end_attr(struct compiler *c)
{
	struct element *e = top(c);

	if (!c->in_attr)
		return;
	c->in_attr = false;
	if (!e || is_namespace(c->attr)) {
		c->npieces = 0;
		return;
	}
	e->attributes = true;
	if (e->takes_name && bx_name_is(c->attr, "Name")) {
		if (all_text(c)) {
			e->given = join_text(c, FB_BINXML_NAME_MAX);
		} else {
			e->named_by = keep_pieces(c);
			e->nnamed_by = e->named_by ? c->npieces : 0;
		}
		c->npieces = 0;
		return;
	}
	if (c->npieces)
		end_content(c, e, local_part(c->attr), true);
}

/* An element without any content: an empty value, but for those that are
 * containers or that say all in their attributes. */
static void empty_element(struct compiler *c, const struct element *e)
{
	static const char *const containers[] = { "Event",    "System",      "EventData",
						  "UserData", "Correlation", "Security",
						  "RenderingInfo" };
	struct leaf *l;

	if (e->attributes && !e->takes_name)
		return;
	for (size_t i = 0; i < sizeof containers / sizeof *containers; i++)
		if (bx_name_is(e->name, containers[i]))
			return;
	l = new_leaf(c, LEAF_FIXED);
	if (!l)
		return;
	name_leaf(c, l, e, (struct fb_slice){ 0 });
	l->u.fixed = (struct fb_field){ .type = FB_V_NULL, .name = l->name, .sym = l->sym };
}

static void close_element(struct compiler *c)
{
	struct element *e = top(c);

	if (!e)
		return;
	if (!e->filled)
		empty_element(c, e);
	c->depth--;
}

static bool open_element(struct compiler *c, const struct bx_token *t)
{
	struct element *parent = top(c);
	struct element *e;

	if (parent) {
		end_text(c);
		parent->filled = true;
	}
	if (c->depth == FB_BINXML_DEPTH) {
		c->plan->why = "elements nest too deep";
		c->plan->limit = true;
		return false;
	}
	e = &c->stack[c->depth++];
	*e = (struct element){ .name = local_part(t->name) };
	e->takes_name = bx_name_is(e->name, "Data") || bx_name_is(e->name, "ComplexData");
	e->system = parent && bx_name_is(parent->name, "System");
	e->rendering = parent && (parent->rendering || bx_name_is(parent->name, "RenderingInfo"));
	return true;
}

/* ---- compiling ---- */

static void fixed_char(struct compiler *c, struct piece *p, uint32_t ch)
{
	uint8_t *to = take(c->x, c->arena, 4);

	p->fixed.type = FB_V_UTF8;
	if (to)
		p->fixed.v = fb_slice(to, fb_utf8_put(ch, to));
}

static void content(struct compiler *c, const struct bx_token *t)
{
	struct piece *p = new_piece(c);
	uint32_t ch;

	if (!p)
		return;
	switch (t->kind) {
	case BX_SUBST:
		p->subst = true;
		p->index = (uint16_t)t->number;
		p->declared = t->type;
		break;
	case BX_CHAR:
		fixed_char(c, p, t->number);
		break;
	case BX_ENTITY:
		ch = bx_entity(t->name);
		if (ch) {
			fixed_char(c, p, ch);
		} else {
			/* An entity that nobody defined: its name is all there is. */
			p->fixed.type = FB_V_UTF16;
			p->fixed.v = t->name;
		}
		break;
	case BX_CDATA:
		p->fixed.type = FB_V_UTF16;
		p->fixed.v = t->text;
		break;
	default:
		p->fixed.v = t->text;
		p->fixed.type = bx_value(t->type, &p->fixed.v, &p->fixed.subtype);
		break;
	}
}

static void instance_leaf(struct compiler *c, const struct bx_token *t)
{
	struct bx_instance *in;
	struct leaf *l;

	end_text(c);
	in = take(c->x, c->arena, sizeof *in);
	l = in ? new_leaf(c, LEAF_INSTANCE) : NULL;
	if (!l)
		return;
	*in = t->inst;
	l->u.inst = in;
	if (top(c))
		top(c)->filled = true;
}

/* false: the fragment is at its end, or nothing more of it can be read. */
static bool compile_token(struct compiler *c, struct bx_reader *r, struct bx_token *t)
{
	if (!bx_next(r, t)) {
		c->plan->why = r->why;
		return false;
	}
	if (c->steps == 0 || c->x->chunk_steps == 0) {
		c->plan->why = "too many BinXML tokens";
		c->plan->limit = true;
		return false;
	}
	c->steps--;
	c->x->chunk_steps--;
	switch (t->kind) {
	case BX_END:
		if (c->depth)
			c->plan->why = "element is not closed";
		end_attr(c);
		end_text(c);
		return false;
	case BX_OPEN:
		return open_element(c, t);
	case BX_ATTR:
		end_attr(c);
		c->in_attr = true;
		c->attr = t->name;
		break;
	case BX_CLOSE_START:
		end_attr(c);
		break;
	case BX_CLOSE_EMPTY:
		end_attr(c);
		close_element(c);
		break;
	case BX_CLOSE:
		end_text(c);
		close_element(c);
		break;
	case BX_INSTANCE:
		instance_leaf(c, t);
		break;
	case BX_HEADER:
	case BX_PI_TARGET:
	case BX_PI_DATA:
		break;
	case BX_TEXT:
	case BX_CDATA:
	case BX_CHAR:
	case BX_ENTITY:
	case BX_SUBST:
		content(c, t);
		break;
	}
	return !c->x->nomem && !c->x->limit;
}

static struct evtx_plan *compile(struct evtx *x, struct fb_arena *arena, struct bx_reader *r)
{
	struct compiler c = { .x = x, .arena = arena, .steps = FB_BINXML_STEPS };
	struct bx_token t;

	c.plan = take(x, arena, sizeof *c.plan);
	if (!c.plan)
		return NULL;
	*c.plan = (struct evtx_plan){ 0 };
	while (compile_token(&c, r, &t))
		;
	c.plan->leaves = c.leaves;
	c.plan->nleaves = c.nleaves;
	return c.plan;
}

/* ---- running ---- */

static bool spend(struct evtx *x, uint32_t n)
{
	if (x->steps < n || x->chunk_steps < n) {
		damaged(x, "too many BinXML steps", true);
		x->steps = 0;
		return false;
	}
	x->steps -= n;
	x->chunk_steps -= n;
	return true;
}

struct values {
	const struct evtx_val *v;
	uint32_t n;
};

/* What a fragment in a value stands in: text without an element of its own is
 * called like that. */
struct place {
	struct fb_slice name;
	uint32_t sym;
	uint8_t role;
};

static void run_fragment(struct evtx *x, struct fb_slice bytes, bool dependency,
			 const struct place *in, unsigned depth);
static void run_instance(struct evtx *x, const struct bx_instance *inst, const struct place *in,
			 unsigned depth);

static struct fb_field *new_field(struct evtx *x)
{
	if (x->nfields == FB_FIELDS_MAX) {
		x->flags |= FB_EVENT_CUT;
		return NULL;
	}
	return &x->fields[x->nfields];
}

static void field_done(struct evtx *x, uint8_t role)
{
	x->nfields++;
	if (role && !x->role[role])
		x->role[role] = x->nfields;
}

static void set_value(struct fb_field *f, const struct evtx_val *val)
{
	f->v = fb_slice(val->p, val->n);
	f->subtype = 0;
	f->type = bx_value(val->type, &f->v, &f->subtype);
	f->v2 = (struct fb_slice){ 0 };
}

static const struct evtx_val *value_at(struct evtx *x, struct values vals, uint16_t index)
{
	static const struct evtx_val none;

	if (index < vals.n)
		return &vals.v[index];
	damaged(x, "substitution without a value", false);
	return &none;
}

/* The text of pieces as one UTF-8 name. */
static struct fb_slice dynamic_name(struct evtx *x, const struct leaf *l, struct values vals)
{
	struct fb_slice name = { 0 };
	size_t room = 0;
	uint8_t *p;

	p = take(x, &x->scratch, FB_BINXML_NAME_MAX * 3);
	if (!p)
		return name;
	name.p = p;
	for (uint32_t i = 0; i < l->nnamed_by; i++) {
		struct fb_field f = l->named_by[i].fixed;

		if (l->named_by[i].subst)
			set_value(&f, value_at(x, vals, l->named_by[i].index));
		room = FB_BINXML_NAME_MAX * 3 - name.n;
		if (f.type == FB_V_UTF16)
			name.n += fb_utf16_to_utf8_raw(fb_slice_sub(f.v, 0, room / 3 * 2),
						       p + name.n);
		else if (f.type == FB_V_UTF8 && f.v.n && f.v.n <= room) {
			memcpy(p + name.n, f.v.p, f.v.n);
			name.n += f.v.n;
		}
	}
	return name;
}

static struct place place_of(struct evtx *x, const struct leaf *l, struct values vals,
			     const struct place *in)
{
	struct place pl = { l->name, l->sym, l->role };

	if (l->named_by) {
		pl.name = dynamic_name(x, l, vals);
		pl.sym = symbol(x, pl.name);
	} else if (!l->name.n && in) {
		pl = *in;
	}
	return pl;
}

static void run_parts(struct evtx *x, const struct leaf *l, struct values vals,
		      const struct place *in)
{
	struct place pl = place_of(x, l, vals, in);
	struct fb_field *out = new_field(x);
	struct fb_parts *parts;
	struct fb_field *part;
	uint32_t n = l->u.parts.n;

	if (!out || !spend(x, n))
		return;
	parts = take(x, &x->scratch, sizeof *parts);
	part = take(x, &x->scratch, n * sizeof *part + 1);
	if (!parts || !part)
		return;
	for (uint32_t i = 0; i < n; i++) {
		const struct piece *p = &l->u.parts.v[i];

		part[i] = p->fixed;
		if (p->subst)
			set_value(&part[i], value_at(x, vals, p->index));
	}
	*parts = (struct fb_parts){ n, part };
	*out = (struct fb_field){ .sym = pl.sym, .type = FB_V_PARTS, .name = pl.name,
				  .v = fb_slice(parts, sizeof *parts) };
	field_done(x, pl.role);
}

static void run_leaf(struct evtx *x, const struct leaf *l, struct values vals,
		     const struct place *in, unsigned depth)
{
	const struct evtx_val *val = NULL;
	struct fb_field *out;

	if (l->kind == LEAF_PARTS) {
		run_parts(x, l, vals, in);
		return;
	}
	if (l->kind == LEAF_INSTANCE) {
		run_instance(x, l->u.inst, in, depth + 1);
		return;
	}
	if (l->kind == LEAF_SUBST) {
		val = value_at(x, vals, l->index);
		if (val->type == BX_BINXML && val->n) {
			struct place pl = place_of(x, l, vals, in);

			run_fragment(x, fb_slice(val->p, val->n), false, &pl, depth + 1);
			return;
		}
		if (l->quiet && (val->type == BX_NULL || val->type == BX_BINXML || !val->n))
			return;
	}
	out = new_field(x);
	if (!out)
		return;
	if (l->kind == LEAF_FIXED) {
		*out = l->u.fixed;
	} else {
		set_value(out, val);
		out->sym = l->sym;
		out->name = l->name;
	}
	if (l->named_by || !l->name.n) {
		struct place pl = place_of(x, l, vals, in);

		out->name = pl.name;
		out->sym = pl.sym;
		field_done(x, pl.role);
		return;
	}
	field_done(x, l->role);
}

static void run_plan(struct evtx *x, const struct evtx_plan *plan, struct values vals,
		     const struct place *in, unsigned depth)
{
	if (!spend(x, plan->nleaves + 1))
		return;
	for (uint32_t i = 0; i < plan->nleaves; i++) {
		run_leaf(x, &plan->leaves[i], vals, in, depth);
		if (x->nomem || x->limit)
			return;
	}
	if (plan->why)
		damaged(x, plan->why, plan->limit);
}

static struct evtx_plan *plan_of(struct evtx *x, const struct bx_instance *inst)
{
	uint32_t slot = (inst->at >> 2 ^ inst->at >> 10) % EVTX_PLAN_SLOTS;
	struct evtx_plan *plan;
	struct bx_reader r;

	for (plan = x->slots[slot]; plan; plan = plan->next)
		if (plan->at == inst->at)
			return plan;
	bx_reader_init(&r, x->chunk, inst->body, true);
	plan = compile(x, &x->plans, &r);
	if (!plan)
		return NULL;
	plan->at = inst->at;
	plan->next = x->slots[slot];
	x->slots[slot] = plan;
	return plan;
}

static void run_instance(struct evtx *x, const struct bx_instance *inst, const struct place *in,
			 unsigned depth)
{
	struct fb_cur sizes = fb_cur(inst->sizes), values = fb_cur(inst->values);
	uint32_t first = x->nvals;
	struct evtx_plan *plan;

	if (depth > FB_BINXML_DEPTH) {
		damaged(x, "templates nest too deep", true);
		return;
	}
	if (inst->count > EVTX_VALUES_MAX - x->nvals || !spend(x, inst->count)) {
		damaged(x, "too many values", true);
		return;
	}
	for (uint32_t i = 0; i < inst->count; i++) {
		struct evtx_val *v = &x->vals[x->nvals];
		struct fb_slice d, bytes;

		if (!fb_cur_take(&sizes, 4, &d) || !fb_cur_take(&values, fb_le16(d.p), &bytes))
			break;
		*v = (struct evtx_val){ bytes.p, (uint16_t)bytes.n, d.p[2] };
		x->nvals++;
	}
	plan = plan_of(x, inst);
	if (plan)
		run_plan(x, plan, (struct values){ x->vals + first, x->nvals - first }, in, depth);
	x->nvals = first;
}

static void run_fragment(struct evtx *x, struct fb_slice bytes, bool dependency,
			 const struct place *in, unsigned depth)
{
	struct bx_reader r;
	struct bx_token t;

	if (depth > FB_BINXML_DEPTH) {
		damaged(x, "values nest too deep", true);
		return;
	}
	bx_reader_init(&r, x->chunk, bytes, dependency);
	for (;;) {
		struct bx_reader before = r;
		struct evtx_plan *plan;

		if (!spend(x, 1))
			return;
		if (!bx_next(&r, &t)) {
			damaged(x, r.why, false);
			return;
		}
		if (t.kind == BX_END)
			return;
		if (t.kind == BX_HEADER)
			continue;
		if (t.kind == BX_INSTANCE) {
			run_instance(x, &t.inst, in, depth);
			continue;
		}
		plan = compile(x, &x->scratch, &before);
		if (plan)
			run_plan(x, plan, (struct values){ NULL, 0 }, in, depth);
		return;
	}
}

/* ---- to the outside ---- */

int evtx_init(struct evtx *x, struct fb_sink *sink)
{
	*x = (struct evtx){ .sink = sink };
	fb_arena_init(&x->plans, FB_EVTX_MEMORY);
	fb_arena_init(&x->scratch, FB_EVTX_MEMORY);
	x->vals = fb_arena_get(sink->arena, EVTX_VALUES_MAX * sizeof *x->vals);
	x->fields = fb_arena_get(sink->arena, FB_FIELDS_MAX * sizeof *x->fields);
	return x->vals && x->fields ? 0 : FB_ENOMEM;
}

void evtx_dispose(struct evtx *x)
{
	fb_arena_dispose(&x->plans);
	fb_arena_dispose(&x->scratch);
}

void evtx_new_chunk(struct evtx *x, struct fb_slice chunk, uint64_t base)
{
	memset(x->slots, 0, sizeof x->slots);
	fb_arena_reset(&x->plans);
	x->chunk = chunk;
	x->base = base;
	x->chunk_steps = FB_BINXML_CHUNK_STEPS;
}

void evtx_fields(struct evtx *x, struct fb_slice body)
{
	if (x->scratch.head)
		fb_arena_reset(&x->scratch);
	memset(x->role, 0, sizeof x->role);
	x->steps = FB_BINXML_STEPS;
	x->flags = 0;
	x->limit = false;
	x->why = NULL;
	x->nvals = 0;
	x->nfields = 0;
	run_fragment(x, body, true, NULL, 0);
}
