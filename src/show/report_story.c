/* Who acted and what they did, in order; and what they opened, gathered and carried off. */
#include "show/report_in.h"

#include "assess/activity/records.h"
#include "assess/exposure/exposure.h"
#include "assess/question/question.h"
#include "base/limits.h"
#include "show/answer.h"
#include "show/step.h"

#include <string.h>

#define HOSTS_SHOWN 5

/* ---- bounds ---- */

static void put_bound(struct fb_html *h, const struct fb_exposure *x)
{
	struct fb_buf b;

	fb_buf_init(&b, 1024);
	fb_exposure_says(&b, x);
	fb_html_slice(h, fb_buf_view(&b));
	fb_buf_dispose(&b);
}

static void put_part(struct fb_html *h, const struct fb_exposure *x)
{
	if (!x->nsteps)
		return;
	fb_html_el(h, "li");
	rep_host_name(h, x->place);
	if (*x->to) {
		fb_html_text(h, " to ");
		fb_html_evidence(h, fb_slice_str(x->to));
	}
	fb_html_text(h, ": ");
	put_bound(h, x);
	if (x->ladder == FB_L_LEFT && !x->bytes_known)
		fb_html_text(h, " (no record of it counts bytes)");
	fb_html_text(h, ", ");
	rep_span(h, x->first, x->last);
	fb_html_end(h);
}

void rep_bounds(struct rep_page *p)
{
	const struct fb_answers *a = p->m->answers;
	const struct fb_exposures *e = a && a->followed ? a->exposures : NULL;
	struct fb_html *h = &p->h;

	if (!e || e->from == FB_TIME_NONE)
		return;
	fb_html_leaf(h, "h3", NULL, "What they reached, opened, gathered and carried off");
	for (size_t i = 0; i < e->n; i++) {
		const struct fb_exposure *x = &e->v[i];

		if (*x->place)
			continue;
		fb_html_el(h, "details");
		fb_html_attr(h, "class", "q");
		fb_html_el(h, "summary");
		fb_html_leaf(h, "span", "as", fb_ladder_word(x->ladder));
		fb_html_leaf(h, "span", "asks", fb_ladder_asks(x->ladder));
		fb_html_el(h, "span");
		fb_html_attr(h, "class", "where");
		put_bound(h, x);
		fb_html_ends(h, 2);
		fb_html_el(h, "div");
		fb_html_attr(h, "class", "body");
		fb_html_el(h, "p");
		fb_html_attr(h, "class", "says");
		if (x->unbounded)
			fb_html_textf(h, "There is no upper end: %s.", x->why);
		else if (x->ladder == FB_L_LEFT)
			fb_html_text(h, "The upper end is all that those machines sent outside, as sensors on the network counted it.");
		fb_html_end(h);
		fb_html_el(h, "ul");
		for (size_t k = i + 1; k < e->n && *e->v[k].place; k++)
			put_part(h, &e->v[k]);
		fb_html_ends(h, 3);
	}
}

/* ---- the story ---- */

static bool is_kept(const struct rep_model *m, struct fb_slice id)
{
	for (uint32_t i = 0; i < m->ndets; i++)
		if (fb_slice_eqs(id, m->det[i].id))
			return true;
	return false;
}

static void put_step(struct fb_html *h, const struct rep_model *m, const struct fb_step *s)
{
	struct fb_slice id = fb_slice(s->detections, strcspn(s->detections, " "));

	fb_html_el(h, "tr");
	fb_html_el(h, "td");
	rep_time(h, s->first, 0);
	fb_html_end(h);
	fb_html_el(h, "td");
	fb_html_evidence(h, fb_step_host(s));
	fb_html_end(h);
	fb_html_el(h, "td");
	if (!s->sure)
		fb_html_text(h, "Perhaps: ");
	fb_html_evidence(h, fb_slice_str(s->actor));
	fb_html_textf(h, " %s ", fb_does_says(s->does));
	fb_html_evidence(h, fb_slice_str(s->what));
	if (s->count > 1) {
		fb_html_text(h, ", ");
		rep_count(h, s->count, "record");
	}
	fb_html_end(h);
	fb_html_el(h, "td");
	if (id.n && is_kept(m, id)) {
		fb_html_el(h, "a");
		fb_html_attrf(h, "href", "#d-%.*s", (int)id.n, (const char *)id.p);
		fb_html_text(h, s->title);
		fb_html_end(h);
	} else {
		fb_html_text(h, *s->title ? s->title : s->join);
	}
	fb_html_ends(h, 2);
}

struct part { /* the steps of one activity, which stand together */
	size_t from, to;
	fb_time first, last;
	uint64_t records;
};

static struct part part_of(const struct fb_steps *s, size_t from)
{
	struct part p = { from, from, FB_TIME_NONE, FB_TIME_NONE, 0 };

	for (; p.to < s->n && s->v[p.to].activity == s->v[from].activity; p.to++) {
		const struct fb_step *x = &s->v[p.to];

		if (x->first != FB_TIME_NONE && (p.first == FB_TIME_NONE || x->first < p.first))
			p.first = x->first;
		if (x->last != FB_TIME_NONE && (p.last == FB_TIME_NONE || x->last > p.last))
			p.last = x->last;
		p.records += x->count;
	}
	return p;
}

static void put_hosts(struct fb_html *h, const struct fb_steps *s, const struct part *p)
{
	const char *hosts[HOSTS_SHOWN];
	size_t n = 0;

	for (size_t i = p->from; i < p->to && n < HOSTS_SHOWN; i++) {
		bool had = false;

		for (size_t k = 0; k < n; k++)
			had = had || strcmp(hosts[k], s->v[i].host) == 0;
		if (had)
			continue;
		fb_html_text(h, n ? ", " : ", on ");
		rep_host_name(h, s->v[i].host);
		hosts[n++] = s->v[i].host;
	}
}

static void put_activity(struct rep_page *page, const struct fb_steps *s, const struct part *p)
{
	static const char *const columns[] = { "When (UTC)", "Place", "What", "By which rule, or joined how", NULL };
	struct fb_html *h = &page->h;
	uint32_t n = s->v[p->from].activity;
	size_t shown = 0;

	fb_html_el(h, "details");
	fb_html_attr(h, "class", "fold");
	fb_html_el(h, "summary");
	fb_html_textf(h, "Activity %u, ", (unsigned)n);
	rep_span(h, p->first, p->last);
	put_hosts(h, s, p);
	fb_html_text(h, ", ");
	rep_count(h, p->records, "record");
	fb_html_end(h);
	for (size_t i = 0; i < s->nedges; i++) {
		const struct fb_step_edge *e = &s->edges[i];

		if (e->a != n && e->b != n)
			continue;
		fb_html_el(h, "p");
		fb_html_textf(h, "It has in common with activity %u the %s ", (unsigned)(e->a == n ? e->b : e->a), e->kind);
		fb_html_evidence(h, fb_slice_str(e->what));
		fb_html_text(h, ".");
		fb_html_end(h);
	}
	rep_table(h, "story", columns);
	for (size_t i = p->from; i < p->to; i++) {
		if (fb_step_is_twin(s, i))
			continue;
		if (shown < FB_REPORT_STEPS)
			put_step(h, page->m, &s->v[i]);
		shown++;
	}
	rep_table_end(h);
	rep_not_listed(h, page->m, shown > FB_REPORT_STEPS ? shown - FB_REPORT_STEPS : 0, "step", "activity");
	fb_html_end(h);
}

bool rep_followed(const struct rep_model *m)
{
	return m->answers && m->answers->followed && m->answers->steps->n;
}

void rep_story(struct rep_page *p)
{
	const struct fb_steps *s = rep_followed(p->m) ? p->m->answers->steps : NULL;
	struct fb_html *h = &p->h;
	uint64_t shown = 0, more = 0;

	if (!s)
		return;
	fb_html_el(h, "section");
	fb_html_attr(h, "id", "story");
	fb_html_leaf(h, "h2", NULL, "Who acted, and what they did");
	fb_html_leaf(h, "p", "lead", "From what stands out, the evidence was read again for all that the same processes, sessions, files and "
				     "clients did, recognised or not. What two activities have in common is no proof that they are one.");
	for (size_t i = 0; i < s->n;) {
		struct part part = part_of(s, i);

		if (shown < FB_REPORT_ACTIVITIES && (part.to - part.from > 1 || fb_steps_edge(s, s->v[i].activity))) {
			put_activity(p, s, &part);
			shown++;
		} else {
			more++;
		}
		i = part.to;
	}
	rep_not_listed(h, p->m, more, "activity of one step", "activity");
	fb_html_end(h);
}
