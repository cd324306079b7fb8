#include "show/status.h"

#include "assess/exposure/exposure.h"
#include "show/answer.h"
#include "case/steps.h"
#include "show/groups.h"
#include "show/json.h"
#include "show/summary.h"
#include "show/text.h"

/* ---- machines ---- */

static void put_because(struct fb_json *j, const struct fb_answer *a)
{
	fb_json_key(j, "because");
	fb_json_array(j);
	for (size_t i = 0; i < a->nbecause; i++) {
		const struct fb_because *b = &a->because[i];

		fb_json_object(j);
		fb_json_put_cstr(j, "ref", b->ref);
		fb_json_put_cstr(j, "what", b->what);
		fb_json_put_cstr(j, "grade", b->grade);
		fb_json_put_cstr(j, "place", b->place);
		fb_json_put_time(j, "first", b->first);
		fb_json_put_time(j, "last", b->last);
		fb_json_put_u64(j, "count", b->count);
		fb_json_put_bool(j, "another_log", b->second);
		fb_json_object_end(j);
	}
	fb_json_array_end(j);
	fb_json_put_u64(j, "because_more", a->because_more);
	fb_json_key(j, "alternatives");
	fb_json_array(j);
	for (size_t i = 0; i < a->nalternatives; i++)
		fb_json_cstr(j, a->alternatives[i]);
	fb_json_array_end(j);
}

static void put_coverage(struct fb_json *j, const struct fb_answer *a, const struct fb_answers *all)
{
	fb_json_key(j, "coverage");
	fb_json_object(j);
	fb_json_key(j, "places");
	fb_json_array(j);
	for (size_t i = 0; i < (*a->place ? 1 : all->nplaces); i++)
		fb_json_cstr(j, *a->place ? a->place : all->places[i]);
	fb_json_array_end(j);
	fb_json_put_time(j, "from", all->from);
	fb_json_put_time(j, "to", all->to);
	fb_json_put_u64(j, "patterns", a->patterns);
	fb_json_put_u64(j, "routes", a->routes);
	fb_json_put_u64(j, "routes_visible", a->visible);
	fb_json_put_u64(j, "visible", (uint64_t)(a->share * 1000 + 0.5));
	fb_json_key(j, "missing");
	fb_json_array(j);
	for (size_t i = 0; i < a->nmissing; i++) {
		const struct fb_unseen *u = &a->missing[i];

		fb_json_object(j);
		fb_json_put_cstr(j, "place", u->place);
		fb_json_put_cstr(j, "route", u->route);
		fb_json_put_cstr(j, "telemetry", u->telemetry);
		fb_json_put_cstr(j, "state", u->state);
		fb_json_put_cstr(j, "why", u->why);
		fb_json_put_cstr(j, "reason", u->reason);
		fb_json_put_time(j, "from", u->from);
		fb_json_put_time(j, "to", u->to);
		fb_json_object_end(j);
	}
	fb_json_array_end(j);
	fb_json_put_u64(j, "missing_more", a->missing_more);
	fb_json_object_end(j);
}

void fb_json_answer(struct fb_json *j, const struct fb_answer *a, const struct fb_answers *all)
{
	fb_json_object(j);
	fb_json_put_cstr(j, "question", fb_question_word(a->question));
	fb_json_put_cstr(j, "place", *a->place ? a->place : "case");
	fb_json_put_cstr(j, "route", a->route ? a->route->word : NULL);
	fb_json_put_cstr(j, "assessment", fb_assessment_word(a->assessment));
	fb_json_put_cstr(j, "confidence", fb_confidence_word(a->confidence));
	fb_json_put_time(j, "since", a->since);
	put_because(j, a);
	put_coverage(j, a, all);
	if (!*a->place) {
		fb_json_key(j, "places");
		fb_json_object(j);
		for (int i = 0; i < FB_A_COUNT; i++) {
			fb_json_key(j, fb_assessment_word((enum fb_assessment)i));
			fb_json_u64(j, a->counts[i]);
		}
		fb_json_object_end(j);
	}
	fb_json_put_cstr(j, "says", a->says);
	fb_json_key(j, "reviewed");
	if (a->reviewed_by) {
		fb_json_object(j);
		fb_json_put_cstr(j, "by", a->reviewed_by);
		fb_json_put_time(j, "at", a->reviewed_at);
		fb_json_object_end(j);
	} else {
		fb_json_null(j);
	}
	fb_json_object_end(j);
}

void fb_json_answers(struct fb_json *j, const struct fb_answers *a)
{
	fb_json_key(j, "window");
	fb_json_object(j);
	fb_json_put_time(j, "from", a->from);
	fb_json_put_time(j, "to", a->to);
	fb_json_put_bool(j, "stated", a->window_stated);
	fb_json_put_cstr(j, "reason", a->window_why);
	fb_json_object_end(j);
	fb_json_put_bool(j, "rostered", a->rostered);
	fb_json_put_u64(j, "patterns", a->patterns);
	fb_json_put_u64(j, "patterns_failed", a->patterns_failed);
	fb_json_put_u64(j, "detections_elsewhere", a->elsewhere);
	fb_json_put_u64(j, "odd_times", a->odd_times);
	fb_json_put_bool(j, "followed", a->followed);
	fb_json_put_bool(j, "followed_whole", a->followed_whole);
}

/* ---- people ---- */

bool fb_status_wanted(const struct fb_answer *a, const struct fb_status_view *v)
{
	if (v->question && strcmp(fb_question_word(a->question), v->question) != 0)
		return false;
	return !v->place || !*a->place || fb_case_host_matches(v->place, fb_slice_str(a->place));
}

static void put_head(struct fb_buf *out, const struct fb_answers *a, const struct fb_status_view *v)
{
	struct fb_buf line;
	size_t reviewed = 0;

	(void)fb_buf_puts(out, "Case ");
	(void)fb_text_term(out, fb_slice_str(v->dir));
	(void)fb_buf_puts(out, " · ");
	(void)fb_text_count(out, a->nplaces, "place");
	(void)fb_buf_puts(out, " examined");
	if (a->nunexamined)
		(void)fb_buf_printf(out, ", %zu of the roster not", a->nunexamined);
	for (size_t i = 0; i < a->n; i++)
		reviewed += a->v[i].reviewed_by != NULL;
	if (reviewed)
		(void)fb_buf_printf(out, " · %zu answers reviewed by a person, the others not\n", reviewed);
	else
		(void)fb_buf_puts(out, " · unreviewed machine assessment\n");
	if (a->from == FB_TIME_NONE) {
		(void)fb_buf_puts(out, "No record of the evidence has a time.\n");
		return;
	}
	fb_buf_init(&line, 64u << 10);
	(void)fb_buf_puts(&line, "Asked about ");
	(void)fb_zone_text(&line, v->zone, a->from, 0, FB_WHEN_DAYYEAR);
	(void)fb_buf_puts(&line, " to ");
	(void)fb_zone_text(&line, v->zone, a->to, 0, FB_WHEN_DAYYEAR);
	(void)fb_buf_printf(&line, " %s: %s", v->zone->name, a->window_why);
	if (!a->window_stated)
		(void)fb_buf_puts(&line, " (firebreak window)");
	(void)fb_buf_putc(&line, '.');
	fb_answers_scope(&line, a);
	fb_text_wrapped(out, fb_buf_cstr(&line), 0);
	fb_buf_dispose(&line);
}

/* "SP01 since 12 Aug 02:11:07, SP02, and 2 more" */
static void put_places(struct fb_buf *out, const struct fb_answers *all, const struct fb_answer *of,
		       enum fb_assessment what, const struct fb_zone *z)
{
	size_t shown = 0;

	for (size_t i = 0; i < all->n; i++) {
		const struct fb_answer *a = &all->v[i];

		if (a->question != of->question || a->route || !*a->place || a->assessment != what)
			continue;
		if (shown++ >= 4)
			continue;
		(void)fb_buf_puts(out, shown > 1 ? ", " : "");
		(void)fb_text_term(out, fb_host_short(a->place, 0));
		if (a->since != FB_TIME_NONE) {
			(void)fb_buf_putc(out, ' ');
			(void)fb_zone_text(out, z, a->since, 0, FB_WHEN_SECOND);
		}
	}
	if (shown > 4)
		(void)fb_buf_printf(out, " and %zu more", shown - 4);
}

static void put_line(struct fb_buf *out, const struct fb_answers *all, const struct fb_answer *a,
		     const struct fb_status_view *v)
{
	struct fb_buf where;

	(void)fb_buf_printf(out, "  %s %-17s %-21s", fb_answer_mark(a->assessment), fb_assessment_word(a->assessment),
			    fb_question_word(a->question));
	fb_buf_init(&where, 64u << 10);
	if (a->assessment >= FB_A_POSSIBLE) {
		put_places(&where, all, a, a->assessment, v->zone);
		(void)fb_buf_printf(&where, " (%s)", fb_confidence_word(a->confidence));
	} else if (a->counts[FB_A_NOT_OBSERVED]) {
		(void)fb_buf_puts(&where, "not observed on ");
		put_places(&where, all, a, FB_A_NOT_OBSERVED, v->zone);
	} else {
		(void)fb_buf_printf(&where, "%u %% of it could have been seen", (unsigned)(a->share * 100));
	}
	(void)fb_buf_slice(out, fb_buf_view(&where));
	fb_buf_dispose(&where);
	(void)fb_buf_putc(out, '\n');
}

static void put_reasons(struct fb_buf *out, const struct fb_answer *a, const struct fb_zone *z)
{
	for (size_t i = 0; i < a->nbecause; i++) {
		const struct fb_because *b = &a->because[i];

		(void)fb_buf_printf(out, "      %.10s %-8s ", b->ref, b->grade);
		if (b->first != FB_TIME_NONE)
			(void)fb_zone_text(out, z, b->first, 0, FB_WHEN_SECOND);
		else
			(void)fb_buf_puts(out, "               ");
		(void)fb_buf_puts(out, "  ");
		(void)fb_text_term(out, fb_slice_str(b->what));
		if (b->count > 1)
			(void)fb_buf_printf(out, " (%llu)", (unsigned long long)b->count);
		if (b->second)
			(void)fb_buf_puts(out, " [another log]");
		(void)fb_buf_putc(out, '\n');
	}
	if (a->because_more)
		(void)fb_buf_printf(out, "      and %llu more\n", (unsigned long long)a->because_more);
	for (size_t i = 0; i < a->nalternatives; i++) {
		struct fb_buf line;

		fb_buf_init(&line, 4096);
		(void)fb_buf_printf(&line, "Otherwise explained? %s", a->alternatives[i]);
		fb_text_wrapped(out, fb_buf_cstr(&line), 6);
		fb_buf_dispose(&line);
	}
}

static void put_open(struct fb_buf *out, const struct fb_answer *a, const struct fb_zone *z)
{
	if (!*a->place)
		return;
	(void)fb_buf_printf(out, "\n%s%s %s", a->route ? "    " : "  ", fb_answer_mark(a->assessment), "");
	(void)fb_text_term(out, fb_slice_str(a->route ? a->route->word : a->place));
	(void)fb_buf_printf(out, ": %s\n", fb_assessment_word(a->assessment));
	fb_text_wrapped(out, a->says, a->route ? 6 : 4);
	if (a->reviewed_by) {
		(void)fb_buf_puts(out, "      Reviewed by ");
		(void)fb_text_term(out, fb_slice_str(a->reviewed_by));
		(void)fb_buf_putc(out, '\n');
	} else if (a->reviewed_before) {
		(void)fb_buf_puts(out, "      Was reviewed, and has turned since.\n");
	}
	if (a->route)
		put_reasons(out, a, z);
}

/* What those who acted opened, gathered and carried off. */
static void put_bounds(struct fb_buf *out, const struct fb_answers *a)
{
	if (!a->followed || !a->steps->n)
		return;
	(void)fb_buf_putc(out, '\n');
	for (int l = FB_L_OPENED; l < FB_L_COUNT; l++) {
		const struct fb_exposure *x = fb_exposure_of(a->exposures, (enum fb_ladder)l);

		(void)fb_buf_printf(out, "  %-23s ", fb_ladder_asks((enum fb_ladder)l));
		fb_exposure_says(out, x);
		(void)fb_buf_putc(out, '\n');
	}
}

int fb_status_write(struct fb_out *o, const struct fb_answers *a, const struct fb_status_view *v)
{
	put_head(&o->buf, a, v);
	(void)fb_buf_putc(&o->buf, '\n');
	for (size_t i = 0; i < a->n; i++) {
		if (!fb_status_wanted(&a->v[i], v))
			continue;
		if (!*a->v[i].place)
			put_line(&o->buf, a, &a->v[i], v);
		else if (v->question)
			put_open(&o->buf, &a->v[i], v->zone);
		if (fb_out_check(o))
			return o->code;
	}
	if (!v->question)
		put_bounds(&o->buf, a);
	if (!v->question) {
		(void)fb_buf_puts(&o->buf, "\n  # confirmed  + indicated  o possible  - not observed  ? cannot determine\n\n");
		fb_text_command(&o->buf, o->buf.n, "Open a line: ", "status", v->dir, " \"initial access\"");
		if (a->followed && a->steps->n) {
			fb_text_command(&o->buf, o->buf.n, "Who acted: ", "activity", v->dir, "");
			fb_text_command(&o->buf, o->buf.n, "What left, from where: ", "exposure", v->dir, "");
		}
		fb_text_command(&o->buf, o->buf.n, "What was visible: ", "coverage", v->dir, "");
		fb_text_command(&o->buf, o->buf.n, "What to fetch next: ", "collect", v->dir, "");
	}
	return fb_out_check(o);
}
