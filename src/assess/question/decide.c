/* From acts and coverage to assessments. */
#include "assess/coverage/coverage.h"
#include "assess/question/question_in.h"

#include <stdlib.h>

static const char *const words[FB_A_COUNT] = { "cannot determine", "not observed", "possible", "indicated",
					       "confirmed" };

const char *fb_assessment_word(enum fb_assessment a)
{
	return (unsigned)a < FB_A_COUNT ? words[a] : "";
}

const char *fb_confidence_word(enum fb_confidence c)
{
	static const char *const text[] = { "low", "moderate", "high" };

	return (unsigned)c < 3 ? text[c] : "";
}

/* ---- acts for a route at a place ---- */

bool q_for(const struct q_act *a, const char *place, uint64_t routes)
{
	return (a->routes & routes) && strcmp(a->place, place) == 0;
}

/* What may be a consequence or precondition, by another party: another act of the same place, told
 * by another log, for another route, within a day. */
static const struct q_act *other_party(const struct q_all *all, const struct q_act *a)
{
	const fb_time day = 24 * 3600 * FB_SECOND;

	for (size_t i = 0; i < all->nacts; i++) {
		const struct q_act *b = &all->acts[i];

		if (b == a || b->aside || b->grade < Q_STRONG || strcmp(b->place, a->place) != 0 ||
		    b->telling == a->telling || b->rule == a->rule || a->first == FB_TIME_NONE || b->first == FB_TIME_NONE)
			continue;
		if (b->first <= a->last + day && b->last >= a->first - day && (b->routes & ~a->routes))
			return b;
	}
	return NULL;
}

static fb_time earlier(fb_time a, fb_time b)
{
	return a == FB_TIME_NONE || (b != FB_TIME_NONE && b < a) ? b : a;
}

bool q_struck(const struct q_all *all, const char *place)
{
	for (size_t i = 0; i < all->nacts; i++)
		if (!all->acts[i].aside && (all->acts[i].grade >= Q_STRONG || all->acts[i].malicious) &&
		    strcmp(all->acts[i].place, place) == 0)
			return true;
	return false;
}

enum fb_assessment q_assess(struct q_all *all, const char *place, uint64_t routes, struct q_weight *w)
{
	fb_time since[2] = { FB_TIME_NONE, FB_TIME_NONE };

	*w = (struct q_weight){ .since = FB_TIME_NONE };
	for (size_t i = 0; i < all->nacts; i++) {
		const struct q_act *a = &all->acts[i];
		const struct q_act *b;

		if (!q_for(a, place, routes))
			continue;
		if (a->aside) {
			w->aside += a->count;
			continue;
		}
		since[a->malicious || a->grade >= Q_STRONG] = earlier(since[a->malicious || a->grade >= Q_STRONG], a->first);
		w->acts++;
		if (!w->best || a->malicious > w->best->malicious ||
		    (a->malicious == w->best->malicious && a->grade > w->best->grade))
			w->best = a;
		w->weak += a->grade == Q_WEAK;
		if (a->grade >= Q_STRONG && !w->second && (b = other_party(all, a))) {
			w->proved = a;
			w->second = b;
		}
	}
	/* Since the first that says as much as the answer does. */
	w->since = since[1] != FB_TIME_NONE ? since[1] : since[0];
	if (!w->best)
		return FB_A_CANNOT;
	/* That a consequence belongs to it has to be joined, not guessed by place and day: until
	 * activities are worked out a person alone confirms. */
	if (w->best->malicious)
		return FB_A_CONFIRMED;
	if (w->best->grade >= Q_STRONG || (w->weak > 1 && q_struck(all, place)))
		return FB_A_INDICATED;
	return FB_A_POSSIBLE;
}

/* ---- what was visible ---- */

static int add_unseen(struct q_all *all, struct q_sight *s, const struct fb_unseen *u)
{
	struct fb_unseen *v;

	if (s->nmissing == FB_UNSEEN_MAX) {
		s->more++;
		return 0;
	}
	if (!s->missing) {
		v = fb_arena_calloc(all->arena, FB_UNSEEN_MAX, sizeof *v);
		if (!v)
			return FB_ENOMEM;
		s->missing = v;
	}
	s->missing[s->nmissing++] = *u;
	return 0;
}

int q_look(struct q_all *all, const struct fb_coverage *cov, const struct fb_cover_place *p,
	   const struct fb_route *route, struct q_sight *s)
{
	struct fb_track t;
	double total = (double)(cov->to - cov->from), seen = 0;
	bool whole = cov->from != FB_TIME_NONE && cov->to > cov->from;

	s->routes++;
	if (!whole || fb_coverage_of(cov, p, route->telemetries, all->arena, &t))
		return whole ? FB_ENOMEM : 0;
	for (size_t i = 0; i < t.n; i++) {
		const struct fb_cell *c = &t.cells[i];
		struct fb_unseen u = { p->name, route->word, route->telemetries, fb_cover_word(c->state), c->why,
				       c->from, c->to };

		if (fb_cover_visible(c->state)) {
			seen += (double)(c->to - c->from);
			continue;
		}
		whole = false;
		if (add_unseen(all, s, &u))
			return FB_ENOMEM;
	}
	s->visible += whole;
	s->share += total > 0 ? seen / total : 0;
	return 0;
}
