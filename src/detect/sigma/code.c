/* From trees to code: nested chains flattened, cheap children first. The order of
 * children never changes an answer, only how soon it is known. */
#include "detect/sigma/compile.h"

#include "base/limits.h"

#include <stdlib.h>

static uint32_t pred_cost(const struct sg_pred *p)
{
	uint32_t cost = 0;

	for (uint32_t i = 0; i < p->n && cost < 100000; i++) {
		switch ((enum sg_vkind)p->val[i].kind) {
		case SG_V_NULL:
		case SG_V_EXISTS:
		case SG_V_ANY:
			cost += 1;
			break;
		case SG_V_EQ:
		case SG_V_PREFIX:
		case SG_V_SUFFIX:
		case SG_V_NUM:
			cost += 2;
			break;
		case SG_V_CONTAINS:
			cost += 8;
			break;
		case SG_V_CIDR:
		case SG_V_REF:
			cost += 10;
			break;
		case SG_V_GLOB:
			cost += 20;
			break;
		case SG_V_RE:
			cost += 100;
			break;
		}
	}
	return p->slot == SG_SLOT_ANY ? cost * 10 : cost;
}

static uint32_t tree_cost(const struct sg_set *s, const struct sg_tree *t)
{
	uint32_t cost = 0;

	if (t->op == SG_OP_PRED)
		return pred_cost(&s->preds[t->arg]);
	for (uint32_t i = 0; i < t->n && cost < 1000000; i++)
		cost += tree_cost(s, t->kid[i]);
	/* Exclusions rarely decide: last. */
	return t->op == SG_OP_NOT ? cost + 2000 : cost;
}

struct ranked {
	struct sg_tree *tree;
	uint32_t cost, at;
};

static int by_cost(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	if (x->cost != y->cost)
		return x->cost < y->cost ? -1 : 1;
	return x->at < y->at ? -1 : x->at > y->at;
}

static int put(struct sg_compiler *c, struct sg_code code, uint32_t *at)
{
	struct sg_set *s = c->set;

	if (s->ncode == s->code_cap) {
		uint32_t cap = s->code_cap ? s->code_cap * 2 : 65536;
		struct sg_code *more = realloc(s->code, cap * sizeof *more);

		if (!more)
			return FB_ENOMEM;
		s->code = more;
		s->code_cap = cap;
	}
	*at = s->ncode;
	s->code[s->ncode++] = code;
	return 0;
}

/* Children of t, those of nested chains of the same operator drawn up. */
static uint32_t flatten(const struct sg_tree *t, uint8_t op, struct sg_tree **to, uint32_t n,
			uint32_t max)
{
	for (uint32_t i = 0; i < t->n && n < max; i++) {
		struct sg_tree *kid = t->kid[i];

		while ((kid->op == SG_OP_AND || kid->op == SG_OP_OR) && kid->n == 1)
			kid = kid->kid[0];
		if (kid->op == op)
			n = flatten(kid, op, to, n, max);
		else
			to[n++] = kid;
	}
	return n;
}

static uint32_t count(const struct sg_tree *t)
{
	uint32_t n = 1;

	for (uint32_t i = 0; i < t->n && n <= FB_RULE_NODES_MAX; i++)
		n += count(t->kid[i]);
	return n;
}

static int emit(struct sg_compiler *c, struct sg_tree *t);

static int emit_chain(struct sg_compiler *c, struct sg_tree *t)
{
	uint32_t total = count(t), n, at;
	struct sg_tree **kid = fb_arena_calloc(&c->scratch, total, sizeof(struct sg_tree *));
	struct ranked *rank = fb_arena_calloc(&c->scratch, total, sizeof *rank);
	int r;

	if (!kid || !rank)
		return FB_ENOMEM;
	n = flatten(t, t->op, kid, 0, total);
	for (uint32_t i = 0; i < n; i++)
		rank[i] = (struct ranked){ kid[i], tree_cost(c->set, kid[i]), i };
	qsort(rank, n, sizeof *rank, by_cost);
	r = put(c, (struct sg_code){ t->op, t->arg, n, 0 }, &at);
	for (uint32_t i = 0; i < n && r == 0; i++)
		r = emit(c, rank[i].tree);
	if (!r)
		c->set->code[at].size = c->set->ncode - at;
	return r;
}

static int emit(struct sg_compiler *c, struct sg_tree *t)
{
	uint32_t at;
	int r;

	while ((t->op == SG_OP_AND || t->op == SG_OP_OR) && t->n == 1)
		t = t->kid[0];
	if (t->op == SG_OP_AND || t->op == SG_OP_OR)
		return emit_chain(c, t);
	r = put(c, (struct sg_code){ t->op, t->arg, t->n, 0 }, &at);
	for (uint32_t i = 0; i < t->n && r == 0; i++)
		r = emit(c, t->kid[i]);
	if (!r)
		c->set->code[at].size = c->set->ncode - at;
	return r;
}

int sg_emit(struct sg_compiler *c, struct sg_tree *t, uint32_t *entry)
{
	uint32_t before = c->set->ncode;
	int r;

	if (count(t) > FB_RULE_NODES_MAX)
		return sg_bad(c, 0, FB_ELIMIT, "the rule's condition is too large");
	r = emit(c, t);
	if (r)
		c->set->ncode = before;
	else
		*entry = before;
	return r;
}
