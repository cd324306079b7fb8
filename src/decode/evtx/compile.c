/* Compiling BinXML into plans: which leaves a fragment has and what they are called
 * (docs/formats/evtx.md, "Names of fields"). */
#include "base/text.h"
#include "decode/evtx/plan.h"

#define COST_BYTES 64 /* of text or name that cost as much as a token */

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

/* Room for one more item behind n of them. */
static bool grow(struct compiler *c, void **v, uint32_t n, uint32_t *cap, size_t size)
{
	uint32_t want = *cap ? *cap * 2 : 32;
	void *p;

	if (n < *cap)
		return true;
	p = evtx_take(c->x, c->arena, want * size);
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
	uint8_t *p = evtx_take(c->x, c->arena, lead + (element.n + attr.n) / 2 * 3 + 1);
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
	case FB_SYM_RECORD_ID:
		return EVTX_ROLE_RECORD_ID;
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
	l->sym = evtx_symbol(c->x, l->name);
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
	p = evtx_take(c->x, c->arena, room + 1);
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
	struct piece *v = evtx_take(c->x, c->arena, c->npieces * sizeof *v);

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
	uint8_t *to = evtx_take(c->x, c->arena, 4);

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
	in = evtx_take(c->x, c->arena, sizeof *in);
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
	uint32_t cost;

	t->name.n = t->text.n = 0;
	if (!bx_next(r, t)) {
		c->plan->why = r->why;
		return false;
	}
	cost = 1 + (uint32_t)((t->name.n + t->text.n) / COST_BYTES);
	if (c->steps < cost || c->x->chunk_steps < cost) {
		c->plan->why = "too many BinXML tokens";
		c->plan->limit = true;
		return false;
	}
	c->steps -= cost;
	c->x->chunk_steps -= cost;
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

struct evtx_plan *evtx_compile(struct evtx *x, struct fb_arena *arena, struct bx_reader *r)
{
	struct compiler c = { .x = x, .arena = arena, .steps = FB_BINXML_STEPS };
	struct bx_token t;

	c.plan = evtx_take(x, arena, sizeof *c.plan);
	if (!c.plan)
		return NULL;
	*c.plan = (struct evtx_plan){ 0 };
	while (compile_token(&c, r, &t))
		;
	c.plan->leaves = c.leaves;
	c.plan->nleaves = c.nleaves;
	return c.plan;
}
