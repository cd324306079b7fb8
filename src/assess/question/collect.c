/* Detections become acts: what a rule saw at a place, how much that says, and for which
 * routes. A rule that saw the same a thousand times is one act. */
#include "assess/coverage/coverage.h"
#include "assess/question/question_in.h"
#include "case/decide.h"

#include <stdlib.h>

/* ---- groups ---- */

struct group {
	struct fb_group_row row;
	char id[33];
	const char *host;
	bool noisy, excluded; /* by a noise list */
	uint64_t named;       /* detections that were set aside with a record that names them */
	const char *ours, *by; /* the first of whose work they are; of these the record */
	/* Of its first detection. */
	bool met;
	bool passed;          /* one of them was not turned away in front of the site */
	unsigned record;
	enum fb_grade grade;
	uint32_t telling;
};

struct groups {
	struct q_all *a;
	struct group *v;
	size_t n, cap;
	bool failed;
};

static int on_group(void *user, const struct fb_group_row *row)
{
	struct groups *g = user;
	struct group *to;

	/* Informational rules recognise what happens all day. */
	if (row->rule->level < FB_LEVEL_LOW)
		return 0;
	if (g->n == g->cap) {
		size_t cap = g->cap ? g->cap * 2 : 256;
		struct group *v = reallocarray(g->v, cap, sizeof *v);

		if (!v) {
			g->failed = true;
			return FB_ENOMEM;
		}
		g->v = v;
		g->cap = cap;
	}
	to = &g->v[g->n++];
	*to = (struct group){ .row = *row };
	memcpy(to->id, row->first_id, sizeof to->id);
	to->host = fb_arena_str(g->a->arena, *row->host ? row->host : FB_PLACE_UNKNOWN);
	to->noisy = row->noise != NULL;
	to->excluded = row->noise && row->noise->is == FB_NOISE_EXCLUDED;
	g->failed = g->failed || !to->host;
	return g->failed ? FB_ENOMEM : 0;
}

static int by_rule(const void *pa, const void *pb)
{
	const struct group *a = pa, *b = pb;

	if (a->row.rule != b->row.rule)
		return a->row.rule < b->row.rule ? -1 : 1;
	return strcmp(a->host, b->host);
}

/* The first group of a rule and host; they are in the order of by_rule. NULL: none is wanted. */
static struct group *group_of(const struct groups *g, const struct fb_rule_info *rule, const char *host)
{
	struct group key = { .row.rule = rule, .host = *host ? host : FB_PLACE_UNKNOWN };
	struct group *found = g->n ? bsearch(&key, g->v, g->n, sizeof *g->v, by_rule) : NULL;

	while (found && found > g->v && by_rule(found - 1, found) == 0)
		found--;
	return found;
}

static int pick(void *user, const struct fb_glance *x, bool *whole)
{
	struct group *g = group_of(user, x->rule, x->host);

	/* The first; and of requests as long as each was turned away. */
	*whole = g && (!g->met || (g->record == FB_REC_WEB && !g->passed));
	return 0;
}

/* The first detection of a rule at a place tells what kind of record it is. */
static int on_first(void *user, const struct fb_detection_row *d)
{
	struct groups *all = user;

	for (struct group *g = group_of(all, d->rule, d->host); g && g < all->v + all->n &&
	     g->row.rule == d->rule && strcmp(g->host, *d->host ? d->host : FB_PLACE_UNKNOWN) == 0; g++) {
		g->passed = g->passed || !(d->flags & FB_EVENT_REFUSED);
		if (g->met)
			continue;
		g->met = true;
		g->record = fb_record_of(d);
		g->grade = fb_grade_of(d);
		g->telling = g->record == FB_REC_WEB ? 1 : g->record == FB_REC_FILE && !d->event_id ? 2 : 3;
		for (const char *p = d->channel; *p; p++)
			g->telling = g->telling * 31 + (unsigned char)*p;
	}
	return 0;
}

/* What is set aside as somebody's work, and by which record of his own. */
static int on_aside(void *user, const struct fb_detection_row *d)
{
	struct groups *all = user;
	bool named = false;

	for (struct group *g = group_of(all, d->rule, d->host); g && g < all->v + all->n && g->row.rule == d->rule &&
	     strcmp(g->host, *d->host ? d->host : FB_PLACE_UNKNOWN) == 0; g++) {
		if (g->row.noise != d->noise)
			continue;
		for (size_t i = 0; d->decided && i < d->decided->n; i++) {
			const struct fb_decision *x = d->decided->list[i]->d;

			if (x->what != FB_DECIDED_ASIDE || d->decided->list[i]->expired || !*x->ours)
				continue;
			g->ours = g->ours ? g->ours : fb_arena_str(all->a->arena, x->ours);
			g->by = g->by || !*x->named ? g->by : fb_arena_str(all->a->arena, x->named);
			all->failed = !g->ours || (*x->named && !g->by);
			if (all->failed)
				return FB_ENOMEM;
			named = named || *x->named;
		}
		g->named += named;
	}
	return 0;
}

static int add(struct q_all *a, const struct group *g, struct fb_err *err)
{
	struct q_act *act = &a->acts[a->nacts++];
	uint64_t decided = g->row.mark[FB_MARK_BENIGN] + g->row.aside;

	if (!g->met)
		return fb_fail(err, FB_ESTATE, "detection %s is in the count and not in the list", g->id);
	*act = (struct q_act){ .rule = g->row.rule, .place = g->host, .ref = fb_arena_str(a->arena, g->id),
		.first = g->row.first, .last = g->row.last, .count = g->row.count, .record = g->record,
		.grade = g->grade, .telling = g->telling, .judged = g->row.mark[FB_MARK_MALICIOUS],
		.malicious = g->row.mark[FB_MARK_MALICIOUS] > 0,
		.refused = g->record == FB_REC_WEB && !g->passed,
		.routes = fb_routes_of(g->row.rule->techniques, g->record),
		.also = fb_routes_named(g->row.rule->techniques, g->record) };
	if (!act->ref)
		return fb_fail(err, FB_ENOMEM, "out of memory");
	if (!act->malicious && (g->excluded || decided >= g->row.count))
		act->aside = true;
	/* One that nobody's record names is one too many. */
	if (act->aside && !g->excluded) {
		act->ours = g->ours;
		act->named = g->named >= g->row.count ? g->by : NULL;
	}
	if (act->aside)
		return 0;
	if (!act->malicious && g->noisy && act->grade > FB_GRADE_WEAK)
		act->grade = FB_GRADE_WEAK; /* of a list of what is mostly dull */
	return 0;
}

int q_by_place(const void *pa, const void *pb)
{
	const struct q_act *a = pa, *b = pb;
	int c = strcmp(a->place, b->place);

	if (c)
		return c;
	if (a->grade != b->grade)
		return a->grade > b->grade ? -1 : 1;
	if (a->first != b->first)
		return a->first < b->first ? -1 : 1;
	return strcmp(a->ref, b->ref);
}

size_t q_begin(const struct q_all *a, const char *place)
{
	size_t lo = 0, hi = a->nacts;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (strcmp(a->acts[mid].place, place) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

int q_collect(struct q_all *a, struct fb_err *err)
{
	struct groups g = { .a = a };
	struct fb_filter all;
	bool aside = false;
	int r;

	fb_filter_init(&all);
	r = fb_case_groups(a->c, &all, on_group, &g, err);
	if (g.failed)
		r = fb_fail(err, FB_ENOMEM, "out of memory");
	if (r == 0 && !(a->acts = fb_arena_calloc(a->arena, g.n + 1, sizeof *a->acts)))
		r = fb_fail(err, FB_ENOMEM, "out of memory");
	if (g.n)
		qsort(g.v, g.n, sizeof *g.v, by_rule);
	for (size_t i = 0; i < g.n; i++)
		aside = aside || g.v[i].row.aside;
	all.aside = FB_ASIDE_ONLY;
	if (r == 0 && aside)
		r = fb_case_detections(a->c, &all, on_aside, &g, err);
	if (g.failed && r)
		r = fb_fail(err, FB_ENOMEM, "out of memory");
	if (r == 0)
		r = fb_case_glance(a->c, pick, on_first, &g, err);
	for (size_t i = 0; i < g.n && r == 0; i++)
		r = add(a, &g.v[i], err);
	free(g.v);
	if (r == 0)
		qsort(a->acts, a->nacts, sizeof *a->acts, q_by_place);
	return r;
}
