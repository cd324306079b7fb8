#include "detect/sigma/compile.h"

#include <stdlib.h>

static uint64_t mix(uint64_t h, uint64_t v)
{
	h = (h ^ v) * 0x9E3779B97F4A7C15ull;
	return h ^ h >> 29;
}

static uint64_t mix_bytes(uint64_t h, struct fb_slice s)
{
	uint64_t b = 14695981039346656037ull;

	for (size_t i = 0; i < s.n; i++)
		b = (b ^ s.p[i]) * 1099511628211ull;
	return mix(mix(h, b), s.n);
}

static uint64_t hash_val(uint64_t h, const struct sg_val *v)
{
	h = mix(h, (uint64_t)v->kind << 24 | (uint64_t)v->cased << 16 | (uint64_t)v->cmp << 8 |
			   v->part);
	h = mix(h, (uint64_t)v->flags << 8 | v->how);
	h = mix_bytes(h, v->text);
	if (v->kind == SG_V_GLOB)
		for (uint32_t i = 0; i < v->glob.n; i++)
			h = mix_bytes(h, fb_slice(v->glob.segment[i].cell,
						  v->glob.segment[i].n * sizeof(uint16_t)));
	if (v->kind == SG_V_NUM)
		h = mix(h, v->number.magnitude);
	if (v->kind == SG_V_REF)
		h = mix(h, v->ref);
	return h;
}

static bool same_number(const struct sg_number *a, const struct sg_number *b)
{
	return a->magnitude == b->magnitude && a->negative == b->negative && a->real == b->real &&
	       memcmp(&a->real_value, &b->real_value, sizeof a->real_value) == 0;
}

static bool same_glob(const struct sg_val *a, const struct sg_val *b)
{
	if (a->glob.n != b->glob.n || a->glob.open_start != b->glob.open_start ||
	    a->glob.open_end != b->glob.open_end)
		return false;
	for (uint32_t i = 0; i < a->glob.n; i++) {
		const struct sg_segment *x = &a->glob.segment[i], *y = &b->glob.segment[i];

		if (x->n != y->n || memcmp(x->cell, y->cell, x->n * sizeof *x->cell) != 0)
			return false;
	}
	return true;
}

static bool same_val(const struct sg_val *a, const struct sg_val *b)
{
	if (a->kind != b->kind || a->cased != b->cased || a->cmp != b->cmp ||
	    a->part != b->part || a->how != b->how || a->flags != b->flags ||
	    !fb_slice_eq(a->text, b->text))
		return false;
	switch ((enum sg_vkind)a->kind) {
	case SG_V_GLOB:
		return same_glob(a, b);
	case SG_V_NUM:
		return same_number(&a->number, &b->number);
	case SG_V_CIDR:
		return a->cidr.v4 == b->cidr.v4 && a->cidr.bits == b->cidr.bits &&
		       memcmp(a->cidr.address, b->cidr.address, 16) == 0;
	case SG_V_EXISTS:
		return a->want == b->want;
	case SG_V_REF:
		return a->ref == b->ref;
	default:
		return true;
	}
}

static bool same_pred(const struct sg_pred *a, const struct sg_pred *b)
{
	if (a->slot != b->slot || a->all != b->all || a->n != b->n)
		return false;
	for (uint32_t i = 0; i < a->n; i++)
		if (!same_val(&a->val[i], &b->val[i]))
			return false;
	return true;
}

static int copy_text(struct fb_arena *a, struct fb_slice *s)
{
	uint8_t *p = (uint8_t *)fb_arena_strn(a, s->p, s->n);

	if (!p)
		return FB_ENOMEM;
	s->p = p;
	return 0;
}

static int copy_glob(struct fb_arena *a, struct sg_val *v)
{
	struct sg_segment *s = fb_arena_calloc(a, v->glob.n + 1u, sizeof *s);

	if (!s)
		return FB_ENOMEM;
	for (uint32_t i = 0; i < v->glob.n; i++) {
		uint16_t *cell = fb_arena_calloc(a, v->glob.segment[i].n + 1u, sizeof *cell);

		if (!cell)
			return FB_ENOMEM;
		s[i] = v->glob.segment[i];
		memcpy(cell, s[i].cell, s[i].n * sizeof *cell);
		s[i].cell = cell;
		if (s[i].literal.p && copy_text(a, &s[i].literal))
			return FB_ENOMEM;
	}
	v->glob.segment = s;
	return 0;
}

/* Deep copies into the set; regular expressions are compiled here, once each. */
static int keep_pred(struct sg_compiler *c, unsigned line, const struct sg_pred *p,
		     struct sg_pred *out)
{
	struct fb_arena *a = &c->set->arena;

	*out = *p;
	out->val = fb_arena_calloc(a, p->n, sizeof *out->val);
	if (!out->val)
		return FB_ENOMEM;
	for (uint32_t i = 0; i < p->n; i++) {
		struct sg_val *v = &out->val[i];

		*v = p->val[i];
		if (v->text.n && copy_text(a, &v->text))
			return FB_ENOMEM;
		if (v->kind == SG_V_GLOB && copy_glob(a, v))
			return FB_ENOMEM;
		if (v->kind == SG_V_RE) {
			int r = sg_regex_compile(c, line, v);

			if (r)
				return r;
		}
	}
	return 0;
}

static int grow_keys(struct sg_compiler *c)
{
	uint32_t n = c->nkeys ? c->nkeys * 2 : 16384;
	struct sg_key *keys = calloc(n, sizeof *keys);

	if (!keys)
		return FB_ENOMEM;
	for (uint32_t i = 0; i < n; i++)
		keys[i].pred = SG_NONE;
	for (uint32_t i = 0; i < c->nkeys; i++) {
		uint32_t at;

		if (c->keys[i].pred == SG_NONE)
			continue;
		at = (uint32_t)c->keys[i].hash & (n - 1);
		while (keys[at].pred != SG_NONE)
			at = (at + 1) & (n - 1);
		keys[at] = c->keys[i];
	}
	free(c->keys);
	c->keys = keys;
	c->nkeys = n;
	return 0;
}

int sg_pred_intern(struct sg_compiler *c, unsigned line, const struct sg_pred *p, uint32_t *out)
{
	struct sg_set *s = c->set;
	uint64_t h = mix(p->slot, (uint64_t)p->n << 1 | p->all);
	uint32_t at;
	int r;

	if (s->npreds >= c->nkeys / 2 && grow_keys(c))
		return FB_ENOMEM;
	for (uint32_t i = 0; i < p->n; i++)
		h = hash_val(h, &p->val[i]);
	for (at = (uint32_t)h & (c->nkeys - 1); c->keys[at].pred != SG_NONE;
	     at = (at + 1) & (c->nkeys - 1)) {
		if (c->keys[at].hash == h && same_pred(&s->preds[c->keys[at].pred], p)) {
			*out = c->keys[at].pred;
			return 0;
		}
	}
	if (s->npreds == s->preds_cap) {
		uint32_t cap = s->preds_cap ? s->preds_cap * 2 : 8192;
		struct sg_pred *more = realloc(s->preds, cap * sizeof *more);

		if (!more)
			return FB_ENOMEM;
		s->preds = more;
		s->preds_cap = cap;
	}
	r = keep_pred(c, line, p, &s->preds[s->npreds]);
	if (r)
		return r;
	c->keys[at] = (struct sg_key){ h, s->npreds };
	*out = s->npreds++;
	return 0;
}

static uint32_t virtual_slot(struct sg_compiler *c, uint32_t sym)
{
	struct sg_set *s = c->set;

	for (uint32_t i = 0; i < s->nvirtuals; i++)
		if (c->virtuals[i].class_id == c->class_id && c->virtuals[i].sym == sym)
			return SG_VIRTUAL + i;
	if (s->nvirtuals == c->virtuals_cap) {
		uint32_t cap = c->virtuals_cap ? c->virtuals_cap * 2 : 64;
		struct sg_virtual *more = realloc(c->virtuals, cap * sizeof *more);

		if (!more)
			return 0;
		c->virtuals = more;
		c->virtuals_cap = cap;
	}
	c->virtuals[s->nvirtuals] = (struct sg_virtual){ c->class_id, sym };
	return SG_VIRTUAL + s->nvirtuals++;
}

uint32_t sg_slot(struct sg_compiler *c, struct fb_slice field)
{
	char name[128];
	uint32_t sym;

	if (field.n == 0 || field.n >= sizeof name)
		return 0;
	memcpy(name, field.p, field.n);
	name[field.n] = 0;
	if (c->lane == FB_LANE_EVTX && fb_slice_ieq(field, FB_LIT("EventLog")))
		return FB_SYM_CHANNEL;
	sym = fb_syms_intern(c->syms, field);
	if (sym == 0 || c->class_id == 0 ||
	    !sg_category_renames(&sg_categories[c->class_id - 1], name))
		return sym;
	return virtual_slot(c, sym);
}
