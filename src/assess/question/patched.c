/* Builds that somebody says were installed: what a patch closes is refused by it, as a request filter refuses. It is a
 * person's word, of named rules' attempts alone; what would have come of them must have been visible all the same. */
#include "assess/question/question_in.h"

#include "assess/coverage/coverage.h"
#include "assess/question/route.h"
#include "base/limits.h"
#include "case/stated.h"

#include <string.h>

struct patches {
	struct q_all *a;
	bool failed;
};

static const char *member(struct patches *p, const struct fb_stated_row *row, const char *key)
{
	const char *s = fb_stated_text(row->said.value, key, p->a->arena);

	p->failed = p->failed || !s;
	return s ? s : "";
}

/* Is the rule one of "id,id"? */
static bool against(const char *list, const char *id)
{
	for (size_t n; *list; list += n + (list[n] == ',')) {
		n = strcspn(list, ",");
		if (fb_slice_ieq(fb_slice_trim(fb_slice(list, n)), fb_slice_str(id)))
			return true;
	}
	return false;
}

/* Requests that try to get in, all of them later than the build, that no other record is joined to. */
static bool fits(const struct q_act *act, const char *rules, fb_time since)
{
	bool enters = false;

	for (unsigned i = 0; i < fb_nroutes; i++)
		enters = enters || (act->routes >> i & 1 && fb_routes[i].question == FB_Q_INITIAL_ACCESS);
	return enters && act->record == FB_REC_WEB && act->grade == FB_GRADE_ATTEMPT && act->first != FB_TIME_NONE && act->first >= FB_ODD_BEFORE &&
	       act->first >= since && against(rules, act->rule->id);
}

static int on_patched(void *user, const struct fb_stated_row *row)
{
	struct patches *p = user;
	const char *place = strchr(row->said.key, '@');
	struct q_patched *to;
	const char *rules;
	unsigned digits;
	fb_time since;

	if (!row->stands || !*row->said.value || !place)
		return 0;
	/* The command lets nothing else in; a case may come from anybody. */
	if (!fb_time_parse(fb_slice_str(member(p, row, "since")), &since, &digits) || since == FB_TIME_NONE)
		return p->failed ? FB_ENOMEM : 0;
	rules = member(p, row, "against");
	to = fb_arena_calloc(p->a->arena, 1, sizeof *to);
	if (!to)
		return FB_ENOMEM;
	*to = (struct q_patched){ member(p, row, "build"), fb_arena_str(p->a->arena, row->said.by), since };
	p->failed = p->failed || !to->by;
	for (size_t i = 0; i < p->a->nacts; i++)
		if (strcmp(p->a->acts[i].place, FB_PLACE_UNKNOWN) != 0 && fb_case_host_matches(place + 1, fb_slice_str(p->a->acts[i].place)) && fits(&p->a->acts[i], rules, since))
			p->a->acts[i].patched = to;
	return p->failed ? FB_ENOMEM : 0;
}

int q_patched(struct q_all *a, struct fb_err *err)
{
	struct patches p = { .a = a };
	int r = fb_case_stated(a->c, "patched", on_patched, &p, err);

	return p.failed || r == FB_ENOMEM ? fb_fail(err, FB_ENOMEM, "out of memory") : r;
}
