/* Plans of templates that outlive their chunk: each chunk brings its templates along, and most of them stood in the
 * one before. Their bytes are the same but for where names stand, which is told in offsets within the chunk.
 * What is found here is what compiling would have made, cost included, so that nothing depends on which
 * chunks a process had before. */
#include "decode/evtx/plan.h"

#include <stdlib.h>
#include <string.h>

#define KEPT_SETS 512u
#define KEPT_WAYS 4u
#define KEPT_BODY_MAX (16u << 10)
#define KEPT_PLAN_MAX (64u << 10) /* what compiling it took */

/* Where a name's offset stands in the template. */
struct kept_name {
	uint32_t at;
	bool inner;           /* the name follows it */
	struct fb_slice name; /* hash, length and characters of a name that stands elsewhere */
};

struct kept_plan {
	struct evtx_plan plan;
	uint32_t id;
	struct fb_slice body;
	const struct kept_name *names;
	uint32_t nnames;
};

struct evtx_kept {
	const struct fb_syms *syms; /* what leaves' symbols are of */
	struct evtx_room room;
	struct fb_arena arena; /* of the plans */
	bool full;
	struct kept_plan *sets[KEPT_SETS][KEPT_WAYS];
	uint8_t next[KEPT_SETS]; /* the way that is given up */
};

static void kept_free(void *p)
{
	struct evtx_kept *k = p;

	evtx_room_dispose(&k->room);
	fb_arena_dispose(&k->arena);
	free(k);
}

struct evtx_kept *evtx_kept(const struct fb_sink *sink)
{
	struct evtx_kept *k;

	if (!sink->keep)
		return NULL;
	k = fb_keep_get(sink->keep, kept_free);
	if (!k) {
		k = calloc(1, sizeof *k);
		if (!k || evtx_room_init(&k->room)) {
			if (k)
				kept_free(k);
			return NULL; /* it is only slower */
		}
		fb_arena_init(&k->arena, FB_EVTX_KEPT);
		fb_keep_put(sink->keep, k, kept_free);
	}
	/* Symbols are of one table. */
	if (k->syms != sink->syms)
		k->full = true;
	k->syms = sink->syms;
	return k;
}

struct evtx_room *evtx_kept_room(struct evtx_kept *k)
{
	return &k->room;
}

void evtx_kept_begin(struct evtx_kept *k)
{
	if (!k || !k->full)
		return;
	memset(k->sets, 0, sizeof k->sets);
	fb_arena_reset(&k->arena);
	k->full = false;
}

static uint32_t set_of(uint32_t id, size_t n)
{
	uint32_t h = (id ^ (uint32_t)n) * 0x9E3779B1u;

	return (h ^ h >> 15) % KEPT_SETS;
}

/* ---- finding ---- */

static bool same(const uint8_t *a, const uint8_t *b, size_t n)
{
	return n == 0 || memcmp(a, b, n) == 0;
}

/* Does the offset that stands there lead to the same name in this chunk? */
static bool same_name(const struct kept_name *n, struct fb_slice chunk, uint32_t at, size_t here)
{
	size_t room = 4 + n->name.n + 2;

	if (n->inner)
		return at == here;
	return at != here && at <= chunk.n && room <= chunk.n - at && memcmp(chunk.p + at + 4, n->name.p, n->name.n) == 0;
}

static bool fits(const struct kept_plan *p, struct fb_slice chunk, const struct bx_instance *inst)
{
	const uint8_t *b = inst->body.p;
	size_t from = 0, base = (size_t)(b - chunk.p);

	if (p->id != inst->id || p->body.n != inst->body.n)
		return false;
	for (uint32_t i = 0; i < p->nnames; i++) {
		const struct kept_name *n = &p->names[i];

		if (!same(b + from, p->body.p + from, n->at - from) ||
		    !same_name(n, chunk, fb_le32(b + n->at), base + n->at + 4))
			return false;
		/* A name that stands here begins with the offset of the next one of its hash. */
		from = n->at + (n->inner ? 8u : 4u);
	}
	return same(b + from, p->body.p + from, inst->body.n - from);
}

const struct evtx_plan *evtx_kept_find(const struct evtx_kept *k, struct fb_slice chunk, const struct bx_instance *inst)
{
	struct kept_plan *const *set = k->sets[set_of(inst->id, inst->body.n)];

	for (unsigned i = 0; i < KEPT_WAYS; i++)
		if (set[i] && fits(set[i], chunk, inst))
			return &set[i]->plan;
	return NULL;
}

/* ---- keeping ---- */

struct keeping {
	struct fb_arena *arena;
	bool failed;
};

static void *keep(struct keeping *k, const void *p, size_t n)
{
	void *to = fb_arena_get(k->arena, n + 1);

	if (!to)
		k->failed = true;
	else if (n)
		memcpy(to, p, n);
	return to;
}

static struct fb_slice keep_slice(struct keeping *k, struct fb_slice s)
{
	return s.n ? fb_slice(keep(k, s.p, s.n), s.n) : (struct fb_slice){ 0 };
}

static void keep_field(struct keeping *k, struct fb_field *f)
{
	f->v = keep_slice(k, f->v);
	f->v2 = keep_slice(k, f->v2);
	f->name = keep_slice(k, f->name);
}

static const struct piece *keep_pieces(struct keeping *k, const struct piece *v, uint32_t n)
{
	struct piece *to = keep(k, v, n * sizeof *v);

	for (uint32_t i = 0; to && i < n; i++)
		keep_field(k, &to[i].fixed);
	return to;
}

static void keep_leaf(struct keeping *k, struct leaf *l)
{
	l->name = keep_slice(k, l->name);
	if (l->kind == LEAF_FIXED)
		keep_field(k, &l->u.fixed);
	else if (l->kind == LEAF_PARTS)
		l->u.parts.v = keep_pieces(k, l->u.parts.v, l->u.parts.n);
	if (l->named_by)
		l->named_by = keep_pieces(k, l->named_by, l->nnamed_by);
}

static void keep_names(struct keeping *k, struct kept_plan *p, struct fb_slice chunk, const struct bx_names *names)
{
	struct kept_name *v = fb_arena_calloc(k->arena, (size_t)names->n + 1, sizeof *v);

	k->failed = k->failed || !v;
	for (uint32_t i = 0; v && i < names->n; i++) {
		const struct bx_name_at *from = &names->v[i];
		struct fb_slice there = { 0 };

		if (!from->inner)
			there = fb_slice_sub(chunk, from->name + 4u, 4u + 2u * fb_le16(chunk.p + from->name + 6));
		v[i] = (struct kept_name){ from->at, from->inner, keep_slice(k, there) };
	}
	p->names = v;
	p->nnames = names->n;
}

void evtx_kept_add(struct evtx_kept *k, struct fb_slice chunk, const struct bx_instance *inst, const struct evtx_plan *plan,
		   const struct bx_names *names)
{
	uint32_t set = set_of(inst->id, inst->body.n);
	struct keeping to = { &k->arena, false };
	struct kept_plan *p;
	struct leaf *leaves;

	if (k->full || names->odd || plan->why || plan->bytes > KEPT_PLAN_MAX || inst->body.n > KEPT_BODY_MAX)
		return;
	for (uint32_t i = 0; i < plan->nleaves; i++)
		if (plan->leaves[i].kind == LEAF_INSTANCE)
			return; /* its values lie in this chunk */
	p = fb_arena_calloc(to.arena, 1, sizeof *p);
	leaves = keep(&to, plan->leaves, plan->nleaves * sizeof *leaves);
	if (p && leaves) {
		*p = (struct kept_plan){ .plan = *plan, .id = inst->id, .body = keep_slice(&to, inst->body) };
		for (uint32_t i = 0; i < plan->nleaves; i++)
			keep_leaf(&to, &leaves[i]);
		p->plan.leaves = leaves;
		keep_names(&to, p, chunk, names);
	}
	/* What is in use goes with the chunk; then it begins anew. */
	k->full = !p || to.failed;
	if (!k->full)
		k->sets[set][k->next[set]++ % KEPT_WAYS] = p;
}
