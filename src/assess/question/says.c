/* The sentence of each answer that a person can read out: what, where, since when; of a
 * negative what was searched, how much of it could be seen, what is missing, as of when. */
#include "assess/coverage/coverage.h"
#include "assess/question/lists.h"
#include "assess/question/question_in.h"

#include <stdio.h>
#include <string.h>

/* "2025-08-12 02:11:07 UTC" */
static void put_time(struct fb_buf *b, fb_time t)
{
	char text[FB_TIME_TEXT];

	if (t == FB_TIME_NONE) {
		(void)fb_buf_puts(b, "a time that nobody recorded");
		return;
	}
	(void)fb_time_text(t, 0, text);
	text[10] = ' ';
	text[19] = '\0';
	(void)fb_buf_printf(b, "%s UTC", text);
}

static void put_where(struct fb_buf *b, const char *place)
{
	(void)fb_buf_printf(b, " on %s", place);
}

static void put_what(struct fb_buf *b, const struct fb_answer *a)
{
	(void)fb_buf_puts(b, fb_question_word(a->question));
	if (a->route)
		(void)fb_buf_printf(b, " (%s)", a->route->word);
}

static void put_act(struct fb_buf *b, const struct q_act *act)
{
	(void)fb_buf_printf(b, "\"%s\"", act->rule->title);
	if (act->count > 1)
		(void)fb_buf_printf(b, " (%llu records)", (unsigned long long)act->count);
}

static void put_aside(struct fb_buf *b, const struct q_weight *w)
{
	if (!w || !w->aside)
		return;
	(void)fb_buf_printf(b, " %llu further detection%s set aside as innocent", (unsigned long long)w->aside,
			    w->aside == 1 ? " was" : "s were");
	if (w->ours)
		(void)fb_buf_printf(b, ", the work of %s%s", w->ours, w->others ? " and others" : "");
	if (w->explained == w->aside)
		(void)fb_buf_printf(b, ", whose own record names all of it (%s%s)", w->named, w->others ? " and others" : "");
	else if (w->explained)
		(void)fb_buf_printf(b, "; %llu of them a record of their own names", (unsigned long long)w->explained);
	else if (w->ours)
		(void)fb_buf_puts(b, "; no record of their own that names it was given");
	(void)fb_buf_puts(b, ".");
}

/* Whose word it is that the build closes it. */
static void put_patched(struct fb_buf *b, const struct q_patched *p)
{
	(void)fb_buf_printf(b, "a build that closes what was tried, by the word of %s (%s, installed since ", p->by, p->build);
	put_time(b, p->since);
	(void)fb_buf_puts(b, ")");
}

static void put_refused(struct fb_buf *b, const struct q_weight *w)
{
	uint64_t front = w ? w->refused - w->closed : 0;

	if (front)
		(void)fb_buf_printf(b, " %llu attempt%s turned away in front of the site, and what would have come of %s would have been seen: no rule found anything of it.",
				    (unsigned long long)front, front == 1 ? " was" : "s were", front == 1 ? "it" : "them");
	if (!w || !w->closed)
		return;
	(void)fb_buf_printf(b, " %llu attempt%s met ", (unsigned long long)w->closed, w->closed == 1 ? "" : "s");
	put_patched(b, w->patched);
	(void)fb_buf_printf(b, ", and what would have come of %s would have been seen: no rule found anything of it.", w->closed == 1 ? "it" : "them");
}

/* What another log has of it, and that it belongs to it. */
static void put_other(struct fb_buf *b, const struct q_act *act)
{
	const struct fb_step *o = act->other;

	(void)fb_buf_puts(b, "; joined to it for sure, another log shows ");
	if (*o->title)
		(void)fb_buf_printf(b, "\"%s\"", o->title);
	else
		(void)fb_buf_printf(b, "%s asking for %s", o->actor, o->what);
	(void)fb_buf_puts(b, " at ");
	put_time(b, o->first);
	if (strcmp(o->host, act->place) != 0)
		(void)fb_buf_printf(b, " on %s", o->host);
	(void)fb_buf_printf(b, " (activity %u)", (unsigned)o->activity);
}

static void positive(struct fb_buf *b, const struct q_told *t)
{
	const struct fb_answer *a = t->a;
	const struct q_weight *w = t->w;

	switch (a->assessment) {
	case FB_A_CONFIRMED: (void)fb_buf_puts(b, "Confirmed: "); break;
	case FB_A_INDICATED: (void)fb_buf_puts(b, "Indicated: "); break;
	default:
		(void)fb_buf_puts(b, w->best->grade == FB_GRADE_ATTEMPT ? "Possible, attempted, outcome not shown: " : "Possible, not shown: ");
		break;
	}
	put_what(b, a);
	put_where(b, a->place);
	if (a->since != FB_TIME_NONE) {
		(void)fb_buf_puts(b, " since ");
		put_time(b, a->since);
	}
	(void)fb_buf_puts(b, ". ");
	put_act(b, w->best->malicious ? w->best : w->joined ? w->joined : w->proved ? w->proved : w->drawn && w->best->grade < FB_GRADE_STRONG ? w->drawn : w->best);
	if (w->beside) {
		(void)fb_buf_puts(b, "; its rule looks for several ways, and which of them this was its record does not tell");
	} else if (w->best->malicious && w->best->judged < w->best->count) {
		(void)fb_buf_printf(b, "; a person judged %llu of them malicious", (unsigned long long)w->best->judged);
	} else if (w->best->malicious) {
		(void)fb_buf_puts(b, "; a person judged it malicious");
	} else if (w->joined) {
		put_other(b, w->joined);
	} else if (w->second) {
		(void)fb_buf_puts(b, "; another log shows, within a day, ");
		put_act(b, w->second);
		(void)fb_buf_puts(b, ", and that both belong together is not proved here");
	} else if (w->best->grade < FB_GRADE_STRONG && w->drawn && w->drawn->perhaps) {
		(void)fb_buf_printf(b, "; of itself it says little, but activity %u has it%s, of which more is proved",
				    (unsigned)w->drawn->perhaps->activity, w->drawn->other ? " for sure" : " perhaps, by two logs");
	} else if (a->assessment == FB_A_INDICATED) {
		(void)fb_buf_puts(b, "; no other party's record of what came before or of it was found");
	} else if (w->best->grade == FB_GRADE_ATTEMPT && w->best->refused) {
		(void)fb_buf_puts(b, "; it was turned away in front of the site, but whether nothing came of it could not be seen, or something else was found there since");
	} else if (w->best->grade == FB_GRADE_ATTEMPT && w->best->patched) {
		(void)fb_buf_puts(b, "; it met ");
		put_patched(b, w->best->patched);
		(void)fb_buf_puts(b, ", but whether nothing came of it could not be seen, or something else was found there since");
	} else if (w->best->grade == FB_GRADE_ATTEMPT) {
		(void)fb_buf_puts(b, "; that it had any effect is not shown, and the request's words are the sender's");
	}
	(void)fb_buf_puts(b, ".");
	put_refused(b, w);
	put_aside(b, w);
}

static void put_window(struct fb_buf *b, const struct fb_answers *all)
{
	(void)fb_buf_puts(b, " between ");
	put_time(b, all->from);
	(void)fb_buf_puts(b, " and ");
	put_time(b, all->to);
}

/* That none fits is no proof; who read all there are says more. */
static void put_read(struct fb_buf *b, const struct q_all *all, const struct fb_answer *a)
{
	for (size_t i = 0; i < all->nread; i++) {
		const struct fb_list_read *r = &all->read[i];

		if (strcmp(r->place, a->place) == 0 && fb_list_bears(r->kind, a))
			(void)fb_buf_printf(b, " And a person (%s) read the whole list of %s (%llu entr%s) and accepted it.", r->by, fb_list_kinds[r->kind].says,
					    (unsigned long long)r->entries, r->entries == 1 ? "y" : "ies");
	}
}

static void negative(struct fb_buf *b, const struct q_all *all, const struct q_told *t)
{
	(void)fb_buf_puts(b, "As of ");
	put_time(b, t->as_of);
	(void)fb_buf_puts(b, " we did not observe ");
	put_what(b, t->a);
	put_where(b, t->a->place);
	put_window(b, t->all);
	(void)fb_buf_printf(b, ": of %u patterns that look for it none fits (of the %u rules %.12s). ", (unsigned)t->a->patterns,
			    (unsigned)t->all->patterns, t->all->rules_hash);
	(void)fb_buf_printf(b, t->a->routes == 1 ? "It would have been visible all that time."
			    : "Each of the %u ways was visible all that time.", t->a->routes);
	put_read(b, all, t->a);
	put_refused(b, t->w);
	put_aside(b, t->w);
}

/* Of a whole: which ways were looked at without finding anything, and which could not be. */
static void by_route(struct fb_buf *b, const struct q_told *t)
{
	const char *sep = " Not observed, and visible all the time: ";
	bool any = false;

	for (size_t i = 0; i < t->nroutes; i++)
		if (t->routes[i].assessment == FB_A_NOT_OBSERVED) {
			(void)fb_buf_printf(b, "%s%s", sep, t->routes[i].route->word);
			sep = ", ";
			any = true;
		}
	if (any)
		(void)fb_buf_puts(b, ".");
}

/* Of a way that several kinds of records show only together: which of them. */
static void put_kind(struct fb_buf *b, const struct fb_answer *a, const struct fb_unseen *u)
{
	const struct fb_telemetry_kind *kind = fb_telemetry_kind(fb_slice_str(u->telemetry));

	if (a->route && kind && strcmp(a->route->telemetries, u->telemetry) != 0)
		(void)fb_buf_printf(b, "%s, ", kind->name);
}

static void cannot(struct fb_buf *b, const struct q_told *t)
{
	const struct fb_answer *a = t->a;
	const char *sep = a->nmissing && !*a->missing[0].telemetry ? " Nothing fits, but " : " Not visible: ";
	const char *last = "";
	unsigned named = 0;

	(void)fb_buf_puts(b, "We cannot determine ");
	put_what(b, a);
	put_where(b, a->place);
	put_window(b, t->all);
	(void)fb_buf_puts(b, ".");
	for (size_t i = 0; i < a->nmissing && named < 3; i++) {
		const struct fb_unseen *u = &a->missing[i];

		if (!a->route && *u->telemetry && strcmp(u->route, last) == 0)
			continue;
		last = u->route;
		(void)fb_buf_puts(b, sep);
		if (!a->route && *u->telemetry)
			(void)fb_buf_printf(b, "%s ", u->route);
		if (!*u->telemetry) {
			(void)fb_buf_puts(b, u->why);
			sep = "; ";
			named++;
			continue;
		}
		put_kind(b, a, u);
		(void)fb_buf_puts(b, "from ");
		put_time(b, u->from);
		(void)fb_buf_puts(b, " to ");
		put_time(b, u->to);
		(void)fb_buf_printf(b, " (%s%s%s)", u->state, *u->why ? ": " : "", u->why);
		sep = "; ";
		named++;
	}
	if (named)
		(void)fb_buf_puts(b, a->nmissing > named || a->missing_more ? "; and more." : ".");
	if (!a->route)
		by_route(b, t);
	put_refused(b, t->w);
	put_aside(b, t->w);
}

static void of_case(struct fb_buf *b, const struct q_told *t)
{
	const struct fb_answer *a = t->a;
	const char *sep = "";

	(void)fb_buf_puts(b, fb_question_word(a->question));
	(void)fb_buf_puts(b, ": ");
	for (int i = FB_A_CONFIRMED; i >= 0; i--)
		if (a->counts[i]) {
			(void)fb_buf_printf(b, "%s%s on %llu place%s", sep, fb_assessment_word((enum fb_assessment)i),
					    (unsigned long long)a->counts[i], a->counts[i] == 1 ? "" : "s");
			sep = ", ";
		}
	if (!*sep)
		(void)fb_buf_puts(b, "no place was examined");
	if (!t->all->rostered)
		(void)fb_buf_printf(b, ", of the %zu examined; nobody has said which places there are", t->all->nplaces);
	else if (t->all->nunexamined)
		(void)fb_buf_printf(b, "; of %zu places of the roster there is no evidence", t->all->nunexamined);
	(void)fb_buf_puts(b, ".");
}

static void still(struct fb_buf *b, const struct q_told *t)
{
	(void)fb_buf_puts(b, "Whether somebody is still active");
	put_where(b, t->a->place);
	(void)fb_buf_puts(b, " we cannot determine: the evidence ends at ");
	put_time(b, t->as_of);
	if (t->w->since != FB_TIME_NONE) {
		(void)fb_buf_puts(b, ", the last act that stands out was recorded at ");
		put_time(b, t->w->since);
	}
	(void)fb_buf_puts(b, ", and nothing here shows that every way back in was closed.");
}

const char *q_says(struct q_all *all, const struct q_told *t)
{
	struct fb_buf b;
	char *out;

	fb_buf_init(&b, 64u << 10);
	if (!*t->a->place)
		of_case(&b, t);
	else if (t->a->question == FB_Q_ACTIVE)
		still(&b, t);
	else if (t->a->assessment >= FB_A_POSSIBLE)
		positive(&b, t);
	else if (t->a->assessment == FB_A_NOT_OBSERVED)
		negative(&b, all, t);
	else
		cannot(&b, t);
	out = b.code ? NULL : fb_arena_strn(all->arena, b.p, b.n);
	fb_buf_dispose(&b);
	return out;
}
