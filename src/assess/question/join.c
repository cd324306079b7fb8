/* Which acts are steps of an activity, and what another party recorded of it: what makes an act
 * more than one rule's word. */
#include "assess/question/question_in.h"

#include "assess/exposure/exposure.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Logs of requests count in seconds, and clocks of one machine are one. */
#define EFFECT_BEFORE (10 * FB_SECOND)
#define EFFECT_AFTER (60 * FB_SECOND)
#define ONE_ACT (5 * FB_SECOND)
/* So many are no glance at one or two. */
#define MANY_FILES 10

struct told { /* a rule that recognised a step */
	const struct fb_rule_info *rule;
	const struct fb_step *step;
};

static int by_rule(const void *pa, const void *pb)
{
	const struct told *a = pa, *b = pb;
	int d;

	if (a->rule != b->rule)
		return a->rule < b->rule ? -1 : 1;
	d = strcasecmp(a->step->host, b->step->host);
	return d ? d : a->step->n < b->step->n ? -1 : a->step->n > b->step->n;
}

/* The numbers in a text, a blank between; where the next begins. */
static const char *number(const char *s, uint32_t *out)
{
	*out = 0;
	for (; *s >= '0' && *s <= '9'; s++)
		*out = *out * 10 + (uint32_t)(*s - '0');
	return s + strspn(s, " ");
}

static struct told *list(const struct q_all *a, const struct fb_rule_info *rules, uint32_t nrules, size_t *n)
{
	size_t room = 1;
	struct told *v;

	for (size_t i = 0; i < a->steps.n; i++)
		for (const char *p = a->steps.v[i].rules; *p; p++)
			room += *p == ' ' || p == a->steps.v[i].rules;
	v = calloc(room, sizeof *v);
	*n = 0;
	for (size_t i = 0; v && i < a->steps.n; i++)
		for (const char *p = a->steps.v[i].rules; *p;) {
			uint32_t rule;

			if (*p < '0' || *p > '9')
				break;
			p = number(p, &rule);
			if (rule < nrules && *n < room)
				v[(*n)++] = (struct told){ &rules[rule], &a->steps.v[i] };
		}
	if (v)
		qsort(v, *n, sizeof *v, by_rule);
	return v;
}

/* What one tool does in one go (a logon, a copied program, a service, its process) is one act, however many logs
 * tell of it: one innocent act explains it all. That a client asked for it is told by another party. */
static bool one_act(const struct fb_step *a, const struct fb_step *b)
{
	if (strcasecmp(a->host, b->host) != 0 || strcmp(a->does, "request") == 0 || strcmp(b->does, "request") == 0)
		return false;
	return a->first - ONE_ACT <= b->last && b->first - ONE_ACT <= a->last;
}

/* Another log, or another machine, tells of another thing: recognised too, or asked for by the client. */
static bool goes_with(const struct fb_step *s, const struct fb_step *other)
{
	if (!other->sure || other->activity != s->activity || other->entity == s->entity || other == s)
		return false;
	if (strcmp(s->log, other->log) == 0 && strcasecmp(s->host, other->host) == 0)
		return false;
	if (s->first == FB_TIME_NONE || other->first == FB_TIME_NONE || one_act(s, other))
		return false;
	return other->strong || strcmp(other->does, "request") == 0;
}

/* What a request did: something recognised of the server itself, while or right after it was served. */
static bool is_effect(const struct fb_step *request, const struct fb_step *other)
{
	return other->strong && strcasecmp(other->host, request->host) == 0 && request->first != FB_TIME_NONE &&
	       other->first != FB_TIME_NONE && strcmp(other->does, "request") != 0 &&
	       other->first >= request->first - EFFECT_BEFORE && other->first <= request->last + EFFECT_AFTER;
}

/* Steps stand by activity. */
static const struct fb_step *other_of(const struct q_all *a, const struct q_act *act, const struct fb_step *s)
{
	const struct fb_step *out = NULL;
	size_t lo = 0, hi = a->steps.n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (a->steps.v[mid].activity < s->activity)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (; lo < a->steps.n && a->steps.v[lo].activity == s->activity; lo++) {
		const struct fb_step *x = &a->steps.v[lo];

		/* The same rule about another record may be wrong about both. */
		if (strcmp(x->title, act->rule->title) == 0 || !goes_with(s, x) ||
		    (act->grade == FB_GRADE_ATTEMPT && !is_effect(s, x)))
			continue;
		/* One that a rule recognised says more than a request. */
		if ((!out || (!out->strong && x->strong)))
			out = x;
	}
	return out;
}

static uint64_t log_bit(const char *log)
{
	unsigned h = 0;

	for (; *log; log++)
		h = h * 31 + (unsigned char)*log;
	return UINT64_C(1) << (h ^ h >> 7 ^ h >> 15) % 64;
}

static void join(const struct q_all *a, struct q_act *act, const struct told *v, size_t n)
{
	struct fb_step at = { .host = act->place };
	struct told key = { .rule = act->rule, .step = &at };
	size_t lo = 0, hi = n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (by_rule(&v[mid], &key) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (; lo < n && v[lo].rule == act->rule && strcasecmp(v[lo].step->host, act->place) == 0; lo++) {
		const struct fb_step *s = v[lo].step;

		act->perhaps = act->perhaps ? act->perhaps : s;
		act->logs |= log_bit(s->log);
		if (!s->sure || act->other)
			continue;
		act->other = other_of(a, act, s);
		act->step = act->other || !act->step ? s : act->step;
	}
}

/* ---- patterns: what steps show and no rule says ---- */

enum { LOOT, SHARES, PATTERNS };
static const struct fb_rule_info patterns[PATTERNS] = {
	[LOOT] = { .id = "handed-over", .title = "Archive, disk or database handed over whole to a client that acts", .description = "",
		   .path = "", .pack = "firebreak", .techniques = "T1041", .status = "", .level = FB_LEVEL_HIGH },
	[SHARES] = { .id = "files-opened", .title = "Many files opened for reading by a session or process that acts", .description = "",
		     .path = "", .pack = "firebreak", .techniques = "T1039", .status = "", .level = FB_LEVEL_HIGH },
};

/* The pattern that a step shows; PATTERNS: none. */
static int pattern_of(const struct fb_step *s)
{
	if (s->sure && strcmp(s->does, "request") == 0 && s->bytes_known && s->bytes && fb_is_container(s->what))
		return LOOT;
	return s->sure && strcmp(s->does, "object") == 0 && s->objects >= MANY_FILES ? SHARES : PATTERNS;
}

/* An act for each pattern and place. */
static int find_patterns(struct q_all *a)
{
	struct q_act *v = fb_arena_calloc(a->arena, a->nacts + a->steps.n + 1, sizeof *v);
	size_t n = a->nacts;

	if (!v)
		return FB_ENOMEM;
	if (n)
		memcpy(v, a->acts, n * sizeof *v);
	for (size_t i = 0; i < a->steps.n; i++) {
		const struct fb_step *s = &a->steps.v[i];
		int pattern = pattern_of(s);
		unsigned record = pattern == LOOT ? FB_REC_WEB : FB_REC_OTHER;
		struct q_act *act = NULL;

		if (pattern == PATTERNS)
			continue;
		for (size_t k = a->nacts; k < n; k++)
			if (v[k].rule == &patterns[pattern] && strcasecmp(v[k].place, s->host) == 0)
				act = &v[k];
		if (!act) {
			act = &v[n++];
			*act = (struct q_act){ .rule = &patterns[pattern], .place = s->host, .ref = s->ref, .record = record,
				.grade = FB_GRADE_STRONG, .telling = 1 + record, .first = s->first, .last = s->last, .step = s, .perhaps = s,
				.logs = log_bit(s->log), .routes = fb_routes_of(patterns[pattern].techniques, record) };
			act->other = other_of(a, act, s);
		}
		act->count += s->count;
		act->last = s->last > act->last ? s->last : act->last;
	}
	a->acts = v;
	a->nacts = n;
	if (n)
		qsort(v, n, sizeof *v, q_by_place);
	return 0;
}

static int find_proved(struct q_all *a)
{
	const struct q_act **v = fb_arena_calloc(a->arena, (size_t)a->steps.activities + 1, sizeof *v);

	if (!v)
		return FB_ENOMEM;
	for (size_t i = 0; i < a->nacts; i++)
		if (a->acts[i].other && a->acts[i].step->activity <= a->steps.activities &&
		    !v[a->acts[i].step->activity])
			v[a->acts[i].step->activity] = &a->acts[i];
	a->proved = v;
	return 0;
}

/* ---- the horizon of integrity ---- */

/* What nobody does without rights over the machine: by the kind of record, or by what it is taken for. */
static bool is_privileged(const struct fb_step *s)
{
	static const char *const kinds[] = { "service", "driver", "log cleared", "process access", "audit policy" };
	static const char *const techniques[] = { "T1003", "T1014", "T1068", "T1070.001", "T1543.003", "T1562", "T1569.002" };

	/* What a request asks for its sender wrote. */
	if (strcmp(s->does, "request") == 0)
		return false;
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (strcmp(s->does, kinds[i]) == 0)
			return true;
	for (size_t i = 0; i < sizeof techniques / sizeof *techniques; i++)
		if (strstr(s->technique, techniques[i]))
			return true;
	return false;
}

static int find_horizons(struct q_all *a)
{
	struct q_horizon *v = fb_arena_calloc(a->arena, a->steps.n + 1, sizeof *v);
	size_t n = 0;

	if (!v)
		return FB_ENOMEM;
	/* That it may have been theirs is enough to believe a machine's silence no more. */
	for (size_t i = 0; i < a->steps.n; i++) {
		const struct fb_step *s = &a->steps.v[i];
		size_t k = 0;

		if (s->first == FB_TIME_NONE || !*s->host || !is_privileged(s))
			continue;
		while (k < n && strcasecmp(v[k].host, s->host) != 0)
			k++;
		if (k == n)
			v[n++] = (struct q_horizon){ s->host, s->first };
		else if (s->first < v[k].from)
			v[k].from = s->first;
	}
	a->horizons = v;
	a->nhorizons = n;
	return 0;
}

fb_time q_horizon(const struct q_all *a, const char *place)
{
	for (size_t i = 0; i < a->nhorizons; i++)
		if (strcasecmp(a->horizons[i].host, place) == 0)
			return a->horizons[i].from;
	return FB_TIME_NONE;
}

int q_join(struct q_all *a, struct fb_err *err)
{
	const struct fb_rule_problem *problems;
	const struct fb_rule_info *rules;
	uint32_t nrules, nproblems;
	struct told *v;
	size_t n;
	int r = fb_case_steps(a->c, a->arena, &a->steps, &a->followed, err);

	if (r || !a->followed.fresh)
		return r;
	if ((r = fb_case_rules(a->c, &rules, &nrules, &problems, &nproblems, err)))
		return r;
	v = list(a, rules, nrules, &n);
	if (!v)
		return fb_fail(err, FB_ENOMEM, "out of memory");
	for (size_t i = 0; i < a->nacts; i++)
		if (!a->acts[i].aside)
			join(a, &a->acts[i], v, n);
	free(v);
	return find_patterns(a) || find_proved(a) || find_horizons(a) ? fb_fail(err, FB_ENOMEM, "out of memory") : 0;
}
