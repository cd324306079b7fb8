#include "show/fetch.h"

#include "assess/question/route.h"

/* Where it may still be got: what was cleared, lost or never written is nowhere but in copies. */
static bool fetchable(const struct fb_track *t, size_t i)
{
	enum fb_cover s = t->cells[i].state;

	/* … but a configuration says of what was chosen whether it was. */
	return (s == FB_COVER_FILTERED && t->kind->chosen && strcmp(t->cells[i].why, FB_COVER_NOT_READ) == 0) || s == FB_COVER_ABSENT || s == FB_COVER_AFTER || s == FB_COVER_LOST || s == FB_COVER_CLEARED ||
	       s == FB_COVER_UNREAD;
}

bool fb_collect_wanted(const struct fb_coverage_view *v, const struct fb_cover_place *p, const struct fb_track *t)
{
	unsigned said = fb_role_of(fb_slice_str(p->role));
	unsigned roles = said ? said | (p->web ? FB_ROLE_WEB : 0) | (p->dc ? FB_ROLE_DC : 0) | (p->files ? FB_ROLE_FILES : 0) : 0;

	/* What is said not to serve pages, and has none, has no web logs to fetch; a mailbox has no event log. */
	if ((t->kind->lane == FB_LANE_WEB && *p->role && !p->web && !(said & FB_ROLE_WEB)) || !fb_role_needs(roles, t->kind->id) ||
	    (v->place && !fb_case_host_matches(v->place, fb_slice_str(p->name))))
		return false;
	for (size_t i = 0; i < t->n; i++)
		if (fetchable(t, i))
			return true;
	return false;
}

/* Does it say by name what is missing? */
static bool is_named(const struct fb_cell *c)
{
	return strncmp(c->why, FB_COVER_NO_SITE, strlen(FB_COVER_NO_SITE)) == 0;
}

const struct fb_cell *fb_fetch_span(const struct fb_track *t, fb_time *from, fb_time *to)
{
	const struct fb_cell *first = NULL;

	for (size_t i = 0; i < t->n; i++) {
		if (!fetchable(t, i))
			continue;
		if (!first) {
			first = &t->cells[i];
			*from = first->from;
		}
		if (is_named(&t->cells[i]) && !is_named(first))
			first = &t->cells[i];
		*to = t->cells[i].to;
	}
	return first;
}

/* Did a kind before the k-th have the same to fetch? */
static bool fetched(const struct fb_coverage_view *v, const struct fb_cover_place *p, unsigned k)
{
	for (unsigned i = 0; i < k; i++)
		if (fb_collect_wanted(v, p, &p->tracks[i]) && strcmp(p->tracks[i].kind->fetch, p->tracks[k].kind->fetch) == 0)
			return true;
	return false;
}

void fb_fetch_questions(struct fb_buf *out, const struct fb_fetch *f)
{
	for (unsigned q = 0, n = 0; q < FB_Q_COUNT; q++)
		if (f->questions >> q & 1)
			(void)fb_buf_printf(out, "%s%s", n++ ? ", " : "", fb_question_word((enum fb_question)q));
}

/* The k-th kind's thing, and what else it holds. */
static struct fb_fetch gather(const struct fb_coverage *c, const struct fb_coverage_view *v,
			      const struct fb_cover_place *p, unsigned k, struct fb_buf *shows)
{
	struct fb_fetch f = { .place = p, .fetch = p->tracks[k].kind->fetch, .from = c->to, .to = c->from };

	fb_buf_clear(shows);
	for (; k < fb_ntelemetry_kinds; k++) {
		const struct fb_track *t = &p->tracks[k];
		const struct fb_cell *first;
		fb_time from = c->from, to = c->to;

		if (!fb_collect_wanted(v, p, t) || strcmp(t->kind->fetch, f.fetch) != 0)
			continue;
		first = fb_fetch_span(t, &from, &to);
		f.named = first && is_named(first) ? first->why : f.named;
		f.from = from < f.from ? from : f.from;
		f.to = to > f.to ? to : f.to;
		for (size_t i = 0; i < t->n; i++)
			f.reason = t->cells[i].reason > f.reason ? t->cells[i].reason : f.reason;
		f.questions |= fb_questions_of(t->kind->id);
		(void)fb_buf_printf(shows, "%s%s", shows->n ? "; " : "", t->kind->name);
	}
	f.shows = fb_buf_cstr(shows);
	return f;
}

int fb_collect_each(const struct fb_coverage *c, const struct fb_coverage_view *v,
		    int (*cb)(void *user, const struct fb_fetch *f), void *user)
{
	struct fb_buf shows;
	int r = 0;

	fb_buf_init(&shows, 64u << 10);
	for (size_t i = 0; i < c->nplaces && !r; i++) {
		const struct fb_cover_place *p = &c->places[i];

		for (unsigned k = 0; p->tracks && k < fb_ntelemetry_kinds && !r; k++) {
			struct fb_fetch f;

			if (!fb_collect_wanted(v, p, &p->tracks[k]) || fetched(v, p, k))
				continue;
			f = gather(c, v, p, k, &shows);
			r = shows.code ? shows.code : cb(user, &f);
		}
	}
	fb_buf_dispose(&shows);
	return r;
}
