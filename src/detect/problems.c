#include "detect/problems.h"

#include <stdlib.h>

int fb_rule_problems_add(struct fb_rule_problems *p, const char *path, unsigned line, bool error,
			 const char *why)
{
	struct fb_rule_problem *one;

	if (p->n == p->cap) {
		uint32_t cap = p->cap ? p->cap * 2 : 64;

		one = reallocarray(p->v, cap, sizeof *one);
		if (!one)
			return FB_ENOMEM;
		p->v = one;
		p->cap = cap;
	}
	one = &p->v[p->n];
	*one = (struct fb_rule_problem){ .path = fb_arena_str(p->arena, path), .line = line,
					 .why = fb_arena_str(p->arena, why), .error = error };
	if (!one->path || !one->why)
		return FB_ENOMEM;
	p->n++;
	return 0;
}

static int by_place(const void *a, const void *b)
{
	const struct fb_rule_problem *x = a, *y = b;
	int d = strcmp(x->path, y->path);

	d = d ? d : x->line < y->line ? -1 : x->line > y->line;
	return d ? d : strcmp(x->why, y->why);
}

int fb_rule_problems_keep(struct fb_rule_problems *p, struct fb_ruleset *set)
{
	struct fb_rule_problem *kept = fb_arena_calloc(p->arena, (size_t)p->n + 1, sizeof *kept);

	if (!kept)
		return FB_ENOMEM;
	if (p->n) {
		qsort(p->v, p->n, sizeof *p->v, by_place);
		memcpy(kept, p->v, p->n * sizeof *kept);
	}
	set->problems = kept;
	set->nproblems = p->n;
	return 0;
}

void fb_rule_problems_dispose(struct fb_rule_problems *p)
{
	free(p->v);
	p->v = NULL;
	p->n = p->cap = 0;
}
