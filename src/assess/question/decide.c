/* From acts and coverage to assessments. */
#include "assess/coverage/coverage.h"
#include "assess/question/question_in.h"
#include "base/limits.h"

#include <stdlib.h>
#include <string.h>

/* ---- acts for a route at a place ---- */

static bool dated(const struct q_act *a)
{
	return a->first != FB_TIME_NONE && a->first >= FB_ODD_BEFORE && a->last < FB_ODD_AFTER;
}

/* What may be a consequence or precondition, by another party: another act of the same place, told
 * by another log, for another route, within a day. */
static const struct q_act *other_party(const struct q_all *all, const struct q_act *a)
{
	const fb_time day = 24 * 3600 * FB_SECOND;

	if (!dated(a))
		return NULL;
	Q_EACH(b, all, a->place) {
		if (b == a || b->aside || b->grade < FB_GRADE_STRONG || b->telling == a->telling || b->rule == a->rule || !dated(b))
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

/* What a request brought about shows that somebody got in by it, or that a page is there and runs; what else
 * the request asked for it does not show. */
static bool is_joined(const struct q_act *a, uint64_t routes)
{
	if (!a->other || a->grade != FB_GRADE_ATTEMPT)
		return a->other != NULL;
	for (unsigned i = 0; i < fb_nroutes; i++)
		if (routes & a->routes & UINT64_C(1) << i &&
		    (fb_routes[i].question == FB_Q_INITIAL_ACCESS || fb_routes[i].question == FB_Q_PERSISTENCE))
			return true;
	return false;
}

/* Weak acts for these routes, by different logs, in one activity of which something is proved. */
static const struct q_act *told_twice(const struct q_all *all, const char *place, uint64_t routes)
{
	Q_EACH(a, all, place) {
		if (!(a->routes & routes) || a->aside || !a->perhaps || a->grade == FB_GRADE_ATTEMPT || !all->proved ||
		    !all->proved[a->perhaps->activity])
			continue;
		/* One act by two logs is as good as two. */
		Q_EACH(b, all, place)
			if (b->routes & routes && !b->aside && b->perhaps && b->grade != FB_GRADE_ATTEMPT &&
			    b->perhaps->activity == a->perhaps->activity && (a->logs | b->logs) & ((a->logs | b->logs) - 1))
				return a;
	}
	return NULL;
}

enum fb_assessment q_assess(const struct q_all *all, const char *place, uint64_t routes, struct q_weight *w)
{
	fb_time since[2] = { FB_TIME_NONE, FB_TIME_NONE };
	const struct q_act *beside = NULL;
	bool strong;

	*w = (struct q_weight){ .since = FB_TIME_NONE };
	Q_EACH(a, all, place) {
		const struct q_act *b;

		if (!(a->routes & routes)) {
			if (a->also & routes && !a->aside && !a->harmless && !beside)
				beside = a;
			continue;
		}
		if (a->aside) {
			w->aside += a->count;
			w->explained += a->named ? a->count : 0;
			w->others = w->others || (w->ours && (!a->ours || strcmp(a->ours, w->ours) != 0));
			w->ours = w->ours ? w->ours : a->ours;
			w->named = w->named ? w->named : a->named;
			continue;
		}
		if (a->harmless) {
			w->refused += a->count;
			w->closed += a->refused ? 0 : a->count;
			w->patched = a->refused ? w->patched : a->patched;
			continue;
		}
		strong = a->malicious || a->grade >= FB_GRADE_STRONG || is_joined(a, routes);
		since[strong] = earlier(since[strong], strong && !a->malicious && a->grade < FB_GRADE_STRONG ? a->step->first : a->first);
		w->acts++;
		if (is_joined(a, routes) && a->grade != FB_GRADE_WEAK && !w->joined)
			w->joined = a;
		if (a->other && a->grade == FB_GRADE_WEAK && !w->drawn)
			w->drawn = a;
		if (!w->best || a->malicious > w->best->malicious ||
		    (a->malicious == w->best->malicious && a->grade > w->best->grade))
			w->best = a;
		if (a->grade >= FB_GRADE_STRONG && !w->second && (b = other_party(all, a))) {
			w->proved = a;
			w->second = b;
		}
	}
	/* Since the first that says as much as the answer does. */
	w->since = since[1] != FB_TIME_NONE ? since[1] : since[0];
	/* One way of several that the rule looks for, and which of them the record does not say. */
	if (!w->best && beside) {
		w->best = beside;
		w->beside = true;
		w->acts = 1;
		w->since = beside->first;
		return FB_A_POSSIBLE;
	}
	if (!w->best)
		return FB_A_CANNOT;
	/* That a consequence belongs to it has to be joined, not guessed by place and day; else a person
	 * alone confirms. */
	if (w->best->malicious || w->joined)
		return FB_A_CONFIRMED;
	/* Of itself it says little; but an activity that more is known of has it; or two logs have it of one that
	 * it belongs to perhaps. */
	if (!w->drawn)
		w->drawn = told_twice(all, place, routes);
	return w->best->grade >= FB_GRADE_STRONG || w->drawn ? FB_A_INDICATED : FB_A_POSSIBLE;
}

/* ---- what was visible ---- */

int q_unseen(struct q_all *all, struct q_sight *s, const struct fb_unseen *u)
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

/* What of each of the kinds that a route needs was not visible. */
static int unseen_kinds(struct q_all *all, const struct fb_coverage *cov, const struct fb_cover_place *p,
			const struct fb_route *route, struct q_sight *s)
{
	const char *of = route->telemetries;

	do {
		size_t n = strcspn(of, " ");
		const char *kind = fb_arena_strn(all->arena, of, n);
		struct fb_track t;

		if (!kind || fb_coverage_of(cov, p, kind, all->arena, &t))
			return FB_ENOMEM;
		for (size_t i = 0; i < t.n; i++) {
			const struct fb_cell *c = &t.cells[i];

			if (!fb_cover_visible(c->state) &&
			    q_unseen(all, s, &(struct fb_unseen){ p->name, route->word, kind, fb_cover_word(c->state), c->why,
								  c->from, c->to, fb_absence_word(c->reason) }))
				return FB_ENOMEM;
		}
		of += n + (of[n] == ' ');
	} while (*of);
	return 0;
}

int q_look(struct q_all *all, const struct fb_coverage *cov, const struct fb_cover_place *p,
	   const struct fb_route *route, struct q_sight *s)
{
	struct fb_track t;
	double total = (double)(cov->to - cov->from), seen = 0;
	bool timed = cov->from != FB_TIME_NONE && cov->to > cov->from, whole = timed;
	fb_time horizon = q_horizon(all, p->name), lost = FB_TIME_NONE, until = FB_TIME_NONE;

	s->routes++;
	if (!timed || fb_coverage_of(cov, p, route->telemetries, all->arena, &t))
		return timed ? FB_ENOMEM : 0;
	for (size_t i = 0; i < t.n; i++) {
		const struct fb_cell *c = &t.cells[i];
		fb_time trusted = horizon == FB_TIME_NONE || c->to <= horizon ? c->to : horizon > c->from ? horizon : c->from;

		if (!fb_cover_visible(c->state)) {
			whole = false;
			continue;
		}
		seen += (double)(trusted - c->from);
		if (trusted == c->to)
			continue;
		lost = lost == FB_TIME_NONE ? trusted : lost;
		until = c->to;
	}
	if (!whole && unseen_kinds(all, cov, p, route, s))
		return FB_ENOMEM;
	if (until != FB_TIME_NONE &&
	    q_unseen(all, s, &(struct fb_unseen){ p->name, route->word, route->telemetries, "horizon",
						  "since then those who acted could alter what it records", lost, until, NULL }))
		return FB_ENOMEM;
	s->visible += whole && until == FB_TIME_NONE;
	s->share += total > 0 ? seen / total : 0;
	return 0;
}

/* ---- what was turned away ---- */

/* What would have come of a request that the site's code did see: a process, a file, a connection, of the worker's. */
static const char effects[] = "worker-child-sysmon|process-creation-sysmon|process-creation-4688 "
			      "worker-file-sysmon|file-create-sysmon worker-connection-sysmon|network-sysmon-3|flow";

/* Did rules see anything there, from the first of the requests on, that may have come of one? */
static bool came_of_it(const struct q_all *all, const struct q_act *a)
{
	Q_EACH(b, all, a->place)
		if (!b->refused && !b->aside && (b->malicious || b->grade >= FB_GRADE_STRONG) && (!dated(b) || b->last >= a->first))
			return true;
	return false;
}

int q_turned_away(struct q_all *all, const struct fb_coverage *cov, const struct fb_cover_place *p)
{
	size_t from = q_begin(all, p->name);

	for (size_t k = from; k < all->nacts && strcmp(all->acts[k].place, p->name) == 0; k++) {
		struct q_act *a = &all->acts[k];
		struct fb_track t;
		fb_time seen = a->first;

		if ((!a->refused && !a->patched) || a->malicious || a->other || !dated(a) || cov->from == FB_TIME_NONE)
			continue;
		if (fb_coverage_of(cov, p, effects, all->arena, &t))
			return FB_ENOMEM;
		/* Cells are one behind the other. */
		for (size_t i = 0; i < t.n; i++)
			if (t.cells[i].from <= seen && t.cells[i].to > seen && fb_cover_visible(t.cells[i].state))
				seen = t.cells[i].to;
		a->harmless = seen >= cov->to && !came_of_it(all, a);
	}
	return 0;
}
