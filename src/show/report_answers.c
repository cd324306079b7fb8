/* The answers, a line a question: what is said of it, where and since when. A line opens
 * into its places, the records that each rests on, and what could not be seen. */
#include "show/report_in.h"

#include "assess/question/question.h"
#include "base/limits.h"
#include "show/answer.h"
#include "show/fetch.h"

#include <stdio.h>

static const char *const classes[FB_A_COUNT] = { "as as-cannot", "as as-not", "as as-possible", "as as-indicated", "as as-confirmed" };

static void put_word(struct fb_html *h, const struct fb_answer *a)
{
	fb_html_el(h, "span");
	fb_html_attr(h, "class", classes[a->assessment]);
	fb_html_el(h, "b");
	fb_html_attr(h, "aria-hidden", "true");
	fb_html_text(h, fb_answer_mark(a->assessment));
	fb_html_end(h);
	fb_html_textf(h, " %s", fb_assessment_word(a->assessment));
	fb_html_end(h);
}

static bool is_whole(const struct fb_answer *a, const struct fb_answer *of)
{
	return a->question == of->question && !a->route && *a->place;
}

/* "SP01 since 2025-08-12 02:11:07, SP02 and 2 more" */
static void put_where(struct fb_html *h, const struct fb_answers *all, const struct fb_answer *of)
{
	bool positive = of->assessment >= FB_A_POSSIBLE;
	enum fb_assessment want = positive ? of->assessment : FB_A_NOT_OBSERVED;
	uint64_t shown = 0;

	fb_html_el(h, "span");
	fb_html_attr(h, "class", "where");
	if (!positive && !of->counts[FB_A_NOT_OBSERVED])
		fb_html_textf(h, "%u %% of it could have been seen", (unsigned)(of->share * 100));
	for (size_t i = 0; i < all->n; i++) {
		const struct fb_answer *a = &all->v[i];

		if (!is_whole(a, of) || a->assessment != want || shown++ >= 4)
			continue;
		fb_html_text(h, shown > 1 ? ", " : positive ? "" : "not observed on ");
		rep_host_name(h, a->place);
		if (positive && a->since != FB_TIME_NONE) {
			fb_html_text(h, " since ");
			rep_time(h, a->since, 0);
		}
	}
	if (shown > 4) {
		fb_html_text(h, " and ");
		rep_number(h, shown - 4);
		fb_html_text(h, " more");
	}
	fb_html_end(h);
}

static bool is_kept(const struct rep_model *m, const char *ref)
{
	for (uint32_t i = 0; i < m->ndets; i++)
		if (strcmp(m->det[i].id, ref) == 0)
			return true;
	return false;
}

static void put_reason(struct fb_html *h, const struct rep_model *m, const struct fb_because *b)
{
	fb_html_el(h, "li");
	fb_html_leaf(h, "span", "grade", b->grade);
	fb_html_text(h, " ");
	rep_time(h, b->first, 0);
	fb_html_text(h, " ");
	if (is_kept(m, b->ref)) {
		fb_html_el(h, "a");
		fb_html_attrf(h, "href", "#d-%s", b->ref);
	} else {
		fb_html_el(h, "span");
	}
	fb_html_text(h, b->what);
	fb_html_end(h);
	if (b->count > 1) {
		fb_html_text(h, ", ");
		rep_count(h, b->count, "record");
	}
	if (b->second)
		fb_html_text(h, ", told by another log");
	fb_html_end(h);
}

static void put_route(struct fb_html *h, const struct rep_model *m, const struct fb_answer *a)
{
	fb_html_el(h, "li");
	put_word(h, a);
	fb_html_textf(h, " %s, confidence %s", a->route->word, fb_confidence_word(a->confidence));
	fb_html_el(h, "ul");
	for (size_t i = 0; i < a->nbecause && i < FB_REPORT_ANSWER_ACTS; i++)
		put_reason(h, m, &a->because[i]);
	if (a->nbecause > FB_REPORT_ANSWER_ACTS || a->because_more) {
		uint64_t more = a->because_more + (a->nbecause > FB_REPORT_ANSWER_ACTS ? a->nbecause - FB_REPORT_ANSWER_ACTS : 0);

		fb_html_el(h, "li");
		rep_count(h, more, "further act");
		fb_html_end(h);
	}
	for (size_t i = 0; i < a->nalternatives; i++) {
		fb_html_el(h, "li");
		fb_html_textf(h, "Otherwise explained? %s", a->alternatives[i]);
		fb_html_end(h);
	}
	fb_html_ends(h, 2);
}

static void put_place(struct fb_html *h, const struct rep_model *m, const struct fb_answers *all, size_t at)
{
	const struct fb_answer *a = &all->v[at];

	fb_html_el(h, "h3");
	rep_host_name(h, a->place);
	fb_html_text(h, " ");
	put_word(h, a);
	fb_html_end(h);
	fb_html_leaf(h, "p", "says", a->says);
	if (a->reviewed_by) {
		fb_html_el(h, "p");
		fb_html_attr(h, "class", "more");
		fb_html_textf(h, "Reviewed by %s", a->reviewed_by);
		fb_html_end(h);
	} else if (a->reviewed_before) {
		fb_html_leaf(h, "p", "more", "Was reviewed, and has turned since.");
	}
	fb_html_el(h, "ul");
	fb_html_attr(h, "class", "routes");
	for (size_t i = at + 1; i < all->n && all->v[i].route && all->v[i].question == a->question; i++)
		if (all->v[i].assessment >= FB_A_POSSIBLE)
			put_route(h, m, &all->v[i]);
	fb_html_end(h);
}

/* Positive ones before the others, as many as there is room for. */
static void put_places(struct fb_html *h, const struct rep_model *m, const struct fb_answers *all,
		       const struct fb_answer *of)
{
	uint64_t shown = 0, more = 0;
	char question[64];

	(void)snprintf(question, sizeof question, "\"%s\"", fb_question_word(of->question));
	for (int positive = 1; positive >= 0; positive--)
		for (size_t i = 0; i < all->n; i++) {
			const struct fb_answer *a = &all->v[i];

			if (!is_whole(a, of) || (a->assessment >= FB_A_POSSIBLE) != (positive == 1))
				continue;
			if (shown < FB_REPORT_ANSWER_PLACES) {
				put_place(h, m, all, i);
				shown++;
			} else {
				more++;
			}
		}
	fb_html_el(h, "p");
	fb_html_attr(h, "class", "more");
	if (more) {
		rep_count(h, more, "further place");
		fb_html_text(h, " not shown. ");
	}
	fb_html_text(h, "What could not be seen, when and why: ");
	rep_command(h, m, "status", question, NULL, NULL);
	fb_html_end(h);
}

static void put_question(struct fb_html *h, const struct rep_model *m, const struct fb_answers *all,
			 const struct fb_answer *a)
{
	fb_html_el(h, "details");
	fb_html_attr(h, "class", "q");
	fb_html_el(h, "summary");
	put_word(h, a);
	fb_html_leaf(h, "span", "asks", fb_question_asks(a->question));
	put_where(h, all, a);
	fb_html_end(h);
	fb_html_el(h, "div");
	fb_html_attr(h, "class", "body");
	fb_html_leaf(h, "p", "says", a->says);
	put_places(h, m, all, a);
	fb_html_ends(h, 2);
}

static void put_scope(struct fb_html *h, const struct fb_answers *a)
{
	struct fb_buf scope;

	fb_html_el(h, "p");
	fb_html_attr(h, "class", "caption");
	if (a->from == FB_TIME_NONE) {
		fb_html_text(h, "No record of the evidence has a time.");
	} else {
		fb_html_text(h, "Asked about ");
		rep_span(h, a->from, a->to);
		fb_html_textf(h, " (UTC): %s.", a->window_why);
	}
	fb_buf_init(&scope, 4096);
	fb_answers_scope(&scope, a);
	fb_html_slice(h, fb_buf_view(&scope));
	fb_buf_dispose(&scope);
	fb_html_text(h, " \"Not observed\" is said only where it would have been seen; \"confirmed\" only where another log's record is joined to it for sure, or a person judged it.");
	fb_html_end(h);
}

bool rep_answers_reviewed(const struct rep_model *m)
{
	for (size_t i = 0; m->answers && i < m->answers->n; i++)
		if (m->answers->v[i].reviewed_by)
			return true;
	return false;
}

void rep_answers(struct rep_page *p)
{
	struct fb_html *h = &p->h;
	const struct fb_answers *all = p->m->answers;

	if (!all && !p->m->no_answers)
		return;
	fb_html_el(h, "section");
	fb_html_attr(h, "id", "answers");
	fb_html_leaf(h, "h2", NULL, "Answers");
	if (!all) {
		fb_html_el(h, "p");
		fb_html_attr(h, "class", "notice");
		fb_html_textf(h, "They could not be worked out: %s", p->m->no_answers);
		fb_html_ends(h, 2);
		return;
	}
	put_scope(h, all);
	for (size_t i = 0; i < all->n; i++)
		if (!*all->v[i].place)
			put_question(h, p->m, all, &all->v[i]);
	rep_bounds(p);
	fb_html_end(h);
	rep_story(p);
}

/* ---- what to fetch next ---- */

struct fetch_list {
	struct fb_html *h;
	uint64_t n;
};

static int put_fetch(void *user, const struct fb_fetch *f)
{
	struct fetch_list *l = user;
	struct fb_html *h = l->h;
	struct fb_buf questions, goes;
	struct fb_zone utc;

	if (l->n++ >= FB_REPORT_FETCH)
		return 0;
	fb_zone_utc(&utc);
	fb_buf_init(&goes, 4096);
	fb_fetch_expiry(&goes, &f->expiry, &utc);
	fb_buf_init(&questions, 1024);
	fb_fetch_questions(&questions, f);
	fb_html_el(h, "tr");
	fb_html_el(h, "td");
	rep_host_name(h, f->place->name);
	fb_html_end(h);
	fb_html_el(h, "td");
	fb_html_textf(h, "%s%s%s%s%s", f->fetch, *fb_absence_advice(f->reason) ? ". " : "", fb_absence_advice(f->reason),
		      !goes.n ? "" : *fb_absence_advice(f->reason) ? " " : ". ", fb_buf_cstr(&goes));
	fb_html_end(h);
	fb_html_el(h, "td");
	rep_span(h, f->from, f->to);
	fb_html_end(h);
	fb_html_leaf(h, "td", NULL, fb_buf_cstr(&questions));
	fb_html_end(h);
	fb_buf_dispose(&questions);
	fb_buf_dispose(&goes);
	return 0;
}

void rep_fetch(struct rep_page *p)
{
	static const char *const columns[] = { "Place", "Fetch", "For the time (UTC)", "Questions that need it", NULL };
	const struct fb_coverage_view every = { 0 };
	struct fetch_list l = { .h = &p->h };

	if (!p->m->coverage)
		return;
	fb_html_el(&p->h, "section");
	fb_html_attr(&p->h, "id", "fetch");
	fb_html_leaf(&p->h, "h2", NULL, "What to fetch next");
	fb_html_leaf(&p->h, "p", "lead", "What is missing for some of the time that is asked about, and may still exist: at the place, in an archive, "
					 "a backup, or where events are forwarded to. Logs overwrite themselves: the sooner the better.");
	fb_html_el(&p->h, "details");
	fb_html_attr(&p->h, "class", "fold");
	fb_html_leaf(&p->h, "summary", NULL, "By place, what is expected to go first first");
	rep_table(&p->h, "fetch", columns);
	(void)fb_collect_each(p->m->coverage, &every, put_fetch, &l);
	rep_table_end(&p->h);
	rep_not_listed(&p->h, p->m, l.n > FB_REPORT_FETCH ? l.n - FB_REPORT_FETCH : 0, "thing", "collect");
	fb_html_ends(&p->h, 2);
}
