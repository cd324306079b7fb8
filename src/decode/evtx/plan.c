/* Running plans: the fields of a record. Plans of template definitions are kept for
 * the chunk; those of bare fragments die with the record. */
#include "base/text.h"
#include "decode/evtx/plan.h"

#define SEARCH_STEPS 512 /* what looking through a chunk costs beside a token */

void evtx_damaged(struct evtx *x, const char *why, bool limit)
{
	x->flags |= FB_EVENT_DAMAGED;
	if (!x->why)
		x->why = why;
	x->limit = x->limit || limit;
}

void *evtx_take(struct evtx *x, struct fb_arena *a, size_t n)
{
	bool plans = a == &x->room->plans;
	void *p;

	/* Plans are counted by what they asked for, which is the same for one that was kept. */
	if (plans && n > x->plan_room) {
		evtx_damaged(x, "too much memory for one chunk", true);
		return NULL;
	}
	p = fb_arena_get(a, n);
	if (!p && !plans && a->max - a->total < n + (64u << 10)) /* an arena's block */
		evtx_damaged(x, "too much memory for one chunk", true);
	else if (!p)
		x->nomem = true;
	else if (plans)
		x->plan_room -= n;
	return p;
}

uint32_t evtx_symbol(const struct evtx *x, struct fb_slice name)
{
	return x->sink->syms && name.n ? fb_syms_find(x->sink->syms, name) : FB_SYM_NONE;
}

static bool spend(struct evtx *x, uint32_t n)
{
	if (x->steps < n || x->chunk_steps < n) {
		evtx_damaged(x, "too many BinXML steps", true);
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
	f->v2 = (struct fb_slice){ 0 };
	f->subtype = 0;
	if (val->n && val->type < sizeof bx_plain && bx_plain[val->type])
		f->type = bx_plain[val->type];
	else
		f->type = bx_value(val->type, &f->v, &f->subtype);
}

static const struct evtx_val *value_at(struct evtx *x, struct values vals, uint16_t index)
{
	static const struct evtx_val none;

	if (index < vals.n)
		return &vals.v[index];
	evtx_damaged(x, "substitution without a value", false);
	return &none;
}

/* The text of pieces as one UTF-8 name. */
static struct fb_slice dynamic_name(struct evtx *x, const struct leaf *l, struct values vals)
{
	struct fb_slice name = { 0 };
	size_t room = 0;
	uint8_t *p;

	p = evtx_take(x, &x->room->scratch, FB_BINXML_NAME_MAX * 3);
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
		pl.sym = evtx_symbol(x, pl.name);
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
	parts = evtx_take(x, &x->room->scratch, sizeof *parts);
	part = evtx_take(x, &x->room->scratch, n * sizeof *part + 1);
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
		evtx_damaged(x, plan->why, plan->limit);
}

static const struct evtx_plan *compile(struct evtx *x, const struct bx_instance *inst)
{
	uint32_t steps = x->chunk_steps;
	size_t room = x->plan_room;
	struct bx_names names;
	struct evtx_plan *plan;
	struct bx_reader r;

	bx_reader_init(&r, x->chunk, inst->body, true);
	if (x->kept) {
		names.n = 0;
		names.odd = false;
		r.names = &names;
	}
	plan = evtx_compile(x, &x->room->plans, &r);
	if (!plan)
		return NULL;
	plan->steps = steps - x->chunk_steps;
	plan->bytes = room - x->plan_room;
	if (x->kept && !x->nomem && !x->limit)
		evtx_kept_add(x->kept, x->chunk, inst, plan, &names);
	return plan;
}

static const struct evtx_plan *plan_of(struct evtx *x, const struct bx_instance *inst)
{
	uint32_t slot = (inst->at >> 2 ^ inst->at >> 10) % EVTX_PLAN_SLOTS;
	const struct evtx_plan *plan = NULL;
	struct evtx_slot *s;

	for (s = x->slots[slot]; s; s = s->next)
		if (s->at == inst->at)
			return s->plan;
	if (x->kept)
		plan = evtx_kept_find(x->kept, x->chunk, inst);
	/* What compiling would cost, or where it would have stopped. */
	if (plan && plan->steps <= x->chunk_steps && plan->bytes <= x->plan_room) {
		x->chunk_steps -= plan->steps;
		x->plan_room -= plan->bytes;
	} else {
		plan = compile(x, inst);
	}
	s = plan ? evtx_take(x, &x->room->plans, sizeof *s) : NULL;
	if (!s)
		return NULL;
	*s = (struct evtx_slot){ x->slots[slot], inst->at, plan };
	x->slots[slot] = s;
	return plan;
}

/* The definition of an instance that does not stand where it should: the chunk was
 * overwritten in part, but the same template often stands elsewhere in it. */
static bool seek_definition(struct evtx *x, struct bx_instance *inst)
{
	uint32_t n = x->nsought < EVTX_SOUGHT ? x->nsought : EVTX_SOUGHT, i;
	bool found;

	for (i = 0; i < n; i++)
		if (x->sought[i].id == inst->id)
			return x->sought[i].at && bx_definition_at(x->chunk, x->sought[i].at, inst);
	if (!spend(x, SEARCH_STEPS))
		return false;
	found = bx_find_definition(x->chunk, inst);
	i = x->nsought++ % EVTX_SOUGHT;
	x->sought[i].id = inst->id;
	x->sought[i].at = found ? inst->at : 0;
	return found;
}

static void run_instance(struct evtx *x, const struct bx_instance *inst, const struct place *in,
			 unsigned depth)
{
	struct fb_cur sizes = fb_cur(inst->sizes), values = fb_cur(inst->values);
	uint32_t first = x->nvals;
	struct bx_instance found = *inst;
	const struct evtx_plan *plan;

	if (depth > FB_BINXML_DEPTH) {
		evtx_damaged(x, "templates nest too deep", true);
		return;
	}
	if (inst->count > FB_BINXML_VALUES_MAX - x->nvals || !spend(x, inst->count)) {
		evtx_damaged(x, "too many values", true);
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
	if (inst->astray) {
		/* Values without names are of no use. */
		if (!seek_definition(x, &found)) {
			evtx_damaged(x, "template definition was overwritten", false);
			x->nvals = first;
			return;
		}
		x->borrowed = true;
	}
	plan = plan_of(x, &found);
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
		evtx_damaged(x, "values nest too deep", true);
		return;
	}
	bx_reader_init(&r, x->chunk, bytes, dependency);
	for (;;) {
		struct bx_reader before = r;
		struct evtx_plan *plan;

		if (!spend(x, 1))
			return;
		if (!bx_next(&r, &t)) {
			evtx_damaged(x, r.why, false);
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
		plan = evtx_compile(x, &x->room->scratch, &before);
		if (plan)
			run_plan(x, plan, (struct values){ NULL, 0 }, in, depth);
		return;
	}
}

/* ---- to the outside ---- */

int evtx_room_init(struct evtx_room *r)
{
	*r = (struct evtx_room){ 0 };
	fb_arena_init(&r->arena, FB_EVTX_MEMORY);
	/* Twice: blocks are not filled to their end. */
	fb_arena_init(&r->plans, 2 * FB_EVTX_MEMORY);
	fb_arena_init(&r->scratch, FB_EVTX_MEMORY);
	r->vals = fb_arena_get(&r->arena, FB_BINXML_VALUES_MAX * sizeof *r->vals);
	r->fields = fb_arena_get(&r->arena, FB_FIELDS_MAX * sizeof *r->fields);
	r->ids = fb_arena_get(&r->arena, EVTX_IDS_MAX * sizeof *r->ids);
	return r->vals && r->fields && r->ids ? 0 : FB_ENOMEM;
}

void evtx_room_dispose(struct evtx_room *r)
{
	fb_arena_dispose(&r->arena);
	fb_arena_dispose(&r->plans);
	fb_arena_dispose(&r->scratch);
}

int evtx_init(struct evtx *x, struct fb_sink *sink)
{
	*x = (struct evtx){ .sink = sink, .kept = evtx_kept(sink) };
	x->room = x->kept ? evtx_kept_room(x->kept) : fb_arena_get(sink->arena, sizeof *x->room);
	if (!x->room || (!x->kept && evtx_room_init(x->room)))
		return FB_ENOMEM;
	x->vals = x->room->vals;
	x->fields = x->room->fields;
	return 0;
}

void evtx_dispose(struct evtx *x)
{
	if (x->room && !x->kept)
		evtx_room_dispose(x->room);
}

void evtx_new_chunk(struct evtx *x, struct fb_slice chunk, uint64_t base)
{
	memset(x->slots, 0, sizeof x->slots);
	fb_arena_reset(&x->room->plans);
	evtx_kept_begin(x->kept);
	x->chunk = chunk;
	x->base = base;
	x->chunk_steps = FB_BINXML_CHUNK_STEPS;
	x->plan_room = FB_EVTX_MEMORY;
	x->nsought = 0;
}

void evtx_fields(struct evtx *x, struct fb_slice body)
{
	if (x->room->scratch.head)
		fb_arena_reset(&x->room->scratch);
	memset(x->role, 0, sizeof x->role);
	x->steps = FB_BINXML_STEPS;
	x->flags = 0;
	x->limit = false;
	x->borrowed = false;
	x->why = NULL;
	x->nvals = 0;
	x->nfields = 0;
	run_fragment(x, body, true, NULL, 0);
}
