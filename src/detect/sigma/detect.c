/* A detection: its searches and its condition. */
#include "detect/sigma/item.h"

#include <stdarg.h>
#include <stdio.h>

static int search(struct sg_compiler *c, const struct sg_ynode *n, unsigned depth,
		  struct sg_tree **out);

struct sg_tree *sg_tree_new(struct sg_compiler *c, enum sg_op op, uint32_t arg, uint32_t n)
{
	struct sg_tree *t = fb_arena_calloc(&c->scratch, 1, sizeof *t);

	if (!t)
		return NULL;
	t->op = (uint8_t)op;
	t->arg = arg;
	t->n = n;
	t->kid = fb_arena_calloc(&c->scratch, n + 1u, sizeof(struct sg_tree *));
	return t->kid ? t : NULL;
}

static int step(struct sg_compiler *c, const struct sg_ynode *n)
{
	if (++c->steps > FB_RULE_NODES_MAX)
		return sg_bad(c, n->line, FB_ELIMIT, "the rule is too large");
	return 0;
}

/* A map: all of its items. */
static int search_map(struct sg_compiler *c, const struct sg_ynode *n, struct sg_tree **out)
{
	struct sg_tree *t;

	if (n->n == 0)
		return sg_bad(c, n->line, FB_EINPUT, "a search is empty");
	t = sg_tree_new(c, SG_OP_AND, 0, n->n);
	if (!t)
		return FB_ENOMEM;
	for (uint32_t i = 0; i < n->n; i++) {
		const struct sg_ynode *key = n->item[i * 2];
		int r = step(c, key);

		if (!r)
			r = sg_item(c, key->line, key->text, n->item[i * 2 + 1], &t->kid[i]);
		if (r)
			return r;
	}
	*out = t;
	return 0;
}

/* A list: keywords and maps, one of them. */
static int search_list(struct sg_compiler *c, const struct sg_ynode *n, unsigned depth,
		       struct sg_tree **out)
{
	struct sg_ynode words = { .kind = SG_Y_SEQ, .line = n->line };
	struct sg_tree *t;

	if (n->n == 0)
		return sg_bad(c, n->line, FB_EINPUT, "a search is empty");
	t = sg_tree_new(c, SG_OP_OR, 0, n->n + 1);
	words.item = fb_arena_calloc(&c->scratch, n->n, sizeof *words.item);
	if (!t || !words.item)
		return FB_ENOMEM;
	t->n = 0;
	for (uint32_t i = 0; i < n->n; i++) {
		int r = step(c, n->item[i]);

		if (r)
			return r;
		if (n->item[i]->kind == SG_Y_SCALAR) {
			words.item[words.n++] = n->item[i];
			continue;
		}
		r = search(c, n->item[i], depth + 1, &t->kid[t->n++]);
		if (r)
			return r;
	}
	if (words.n) {
		int r = sg_item(c, words.item[0]->line, fb_slice("", 0), &words,
				&t->kid[t->n++]);

		if (r)
			return r;
	}
	*out = t;
	return 0;
}

static int search(struct sg_compiler *c, const struct sg_ynode *n, unsigned depth,
		  struct sg_tree **out)
{
	int r = step(c, n);

	if (r)
		return r;
	if (depth > FB_RULE_DEPTH)
		return sg_bad(c, n->line, FB_ELIMIT, "a search is nested too deep");
	if (n->kind == SG_Y_MAP)
		return search_map(c, n, out);
	if (n->kind == SG_Y_SEQ)
		return search_list(c, n, depth, out);
	if (sg_ynull(n))
		return sg_bad(c, n->line, FB_EINPUT, "a search is empty");
	return sg_item(c, n->line, fb_slice("", 0), n, out);
}

/* One condition, or a list of which any is enough. */
static int conditions(struct sg_compiler *c, const struct sg_ynode *n, const struct sg_ident *id,
		      size_t nid, struct sg_tree **out)
{
	struct sg_tree *t;

	if (n->kind == SG_Y_SCALAR && !sg_ynull(n))
		return sg_condition(c, n->line, n->text, id, nid, out);
	if (n->kind != SG_Y_SEQ || n->n == 0)
		return sg_bad(c, n->line, FB_EINPUT, "the condition is empty");
	t = sg_tree_new(c, SG_OP_OR, 0, n->n);
	if (!t)
		return FB_ENOMEM;
	for (uint32_t i = 0; i < n->n; i++) {
		int r;

		if (n->item[i]->kind != SG_Y_SCALAR)
			return sg_bad(c, n->item[i]->line, FB_EINPUT, "a condition is text");
		r = sg_condition(c, n->item[i]->line, n->item[i]->text, id, nid, &t->kid[i]);
		if (r)
			return r;
	}
	*out = t;
	return 0;
}

int sg_detection(struct sg_compiler *c, const struct sg_ynode *detection, const char *what,
		 struct sg_tree **out)
{
	const struct sg_ynode *condition = sg_yget(detection, "condition");
	struct sg_ident *id;
	size_t n = 0;

	if (detection->kind != SG_Y_MAP)
		return sg_bad(c, detection->line, FB_EINPUT, "%s is not a map", what);
	if (!condition)
		return sg_bad(c, detection->line, FB_EINPUT, "%s has no condition", what);
	id = fb_arena_calloc(&c->scratch, detection->n, sizeof *id);
	if (!id)
		return FB_ENOMEM;
	for (uint32_t i = 0; i < detection->n; i++) {
		const struct sg_ynode *key = detection->item[i * 2];
		int r;

		/* Beside the searches: the old timeframe, a filter's list of rules. */
		if (fb_slice_eqs(key->text, "condition") || fb_slice_eqs(key->text, "timeframe") ||
		    (strcmp(what, "filter") == 0 && fb_slice_eqs(key->text, "rules")))
			continue;
		id[n].name = key->text;
		r = search(c, detection->item[i * 2 + 1], 0, &id[n].tree);
		if (r)
			return r;
		n++;
	}
	return conditions(c, condition, id, n, out);
}
