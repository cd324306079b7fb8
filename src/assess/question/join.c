/* Which acts are steps of an activity, and what another party recorded of it: what makes an act
 * more than one rule's word. */
#include "assess/question/question_in.h"

#include <stdlib.h>
#include <string.h>

/* Logs of requests count in seconds, and clocks of one machine are one. */
#define EFFECT_BEFORE (10 * FB_SECOND)
#define EFFECT_AFTER (60 * FB_SECOND)

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
	d = strcmp(a->step->host, b->step->host);
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

/* Another log, or another machine, tells of another thing: recognised too, or asked for by the client. */
static bool goes_with(const struct fb_step *s, const struct fb_step *other)
{
	if (!other->sure || other->activity != s->activity || other->entity == s->entity || other == s)
		return false;
	if (strcmp(s->log, other->log) == 0 && strcmp(s->host, other->host) == 0)
		return false;
	return other->strong || strcmp(other->does, "request") == 0;
}

/* What a request did: something recognised of the server itself, while or right after it was served. */
static bool is_effect(const struct fb_step *request, const struct fb_step *other)
{
	return other->strong && strcmp(other->host, request->host) == 0 && request->first != FB_TIME_NONE &&
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
	for (; lo < n && v[lo].rule == act->rule && strcmp(v[lo].step->host, act->place) == 0; lo++) {
		if (!v[lo].step->sure)
			continue;
		act->step = act->step ? act->step : v[lo].step;
		act->other = other_of(a, act, v[lo].step);
		if (act->other) {
			act->step = v[lo].step;
			return;
		}
	}
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
	return 0;
}
