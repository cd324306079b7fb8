/* What the compiler knew of each rule, kept beyond the load for who asks. */
#include "detect/sigma/compile.h"

static int keep_rule(struct fb_arena *a, const struct sg_rule *from, struct sg_rule *to)
{
	struct sg_need *v = fb_arena_calloc(a, from->needs.n + 1u, sizeof *v);
	uint32_t *ids = fb_arena_calloc(a, from->ids.n + 1u, sizeof *ids);

	if (!v || !ids)
		return FB_ENOMEM;
	*to = *from;
	for (uint32_t i = 0; i < from->needs.n; i++) {
		struct fb_slice s = from->needs.v[i].text;

		v[i] = from->needs.v[i];
		v[i].text.p = (const uint8_t *)fb_arena_strn(a, s.p, s.n);
		if (!v[i].text.p)
			return FB_ENOMEM;
	}
	if (from->ids.n)
		memcpy(ids, from->ids.v, from->ids.n * sizeof *ids);
	to->needs.v = v;
	to->ids.v = ids;
	return 0;
}

/* Of a correlation only that it is one stays: what it says dies with the load. */
int sg_facts(struct sg_compiler *c)
{
	struct fb_arena *a = &c->set->arena;
	struct sg_rule *rules = fb_arena_calloc(a, c->nrules + 1u, sizeof *rules);
	struct sg_virtual *virtuals =
		fb_arena_calloc(a, c->set->nvirtuals + 1u, sizeof *virtuals);

	if (!rules || !virtuals)
		return FB_ENOMEM;
	for (uint32_t i = 0; i < c->nrules; i++)
		if (keep_rule(a, &c->rules[i], &rules[i]))
			return FB_ENOMEM;
	if (c->set->nvirtuals)
		memcpy(virtuals, c->virtuals, c->set->nvirtuals * sizeof *virtuals);
	c->set->facts = rules;
	c->set->virtuals = virtuals;
	return 0;
}
