#include "show/fetch.h"

#include "assess/question/route.h"
#include "base/grow.h"
#include "show/text.h"

#include <stdlib.h>

#define NEVER ((struct fb_expiry){ FB_TIME_NONE, FB_TIME_NONE, 0, false })
#define DAY (INT64_C(86400) * FB_SECOND)

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

int fb_fetch_order(const struct fb_expiry *a, const struct fb_expiry *b)
{
	if (a->from == FB_TIME_NONE || b->from == FB_TIME_NONE)
		return (a->from == FB_TIME_NONE) - (b->from == FB_TIME_NONE);
	return a->from != b->from ? (a->from < b->from ? -1 : 1) : a->to < b->to ? -1 : a->to > b->to;
}

static struct fb_expiry sooner(struct fb_expiry a, struct fb_expiry b)
{
	struct fb_expiry e = fb_fetch_order(&a, &b) <= 0 ? a : b;

	if (a.to != FB_TIME_NONE && b.to != FB_TIME_NONE)
		e.to = a.to > b.to ? a.to : b.to;
	return e;
}

struct fb_expiry fb_fetch_expires(const struct fb_cover_place *p, const struct fb_track *t)
{
	struct fb_expiry e = NEVER;

	for (size_t i = 0; i < t->n; i++)
		if (fetchable(t, i))
			e = sooner(e, fb_coverage_expiry(p, t, &t->cells[i]));
	return e;
}

void fb_fetch_expiry_why(struct fb_buf *out, const struct fb_expiry *e)
{
	if (e->from == FB_TIME_NONE)
		return;
	if (e->stated) {
		(void)fb_buf_printf(out, "its logs are held %lld days, as was said", (long long)(e->keeps / DAY));
		return;
	}
	(void)fb_buf_puts(out, "its log writes over its oldest records, and held ");
	if (e->keeps < 2 * DAY)
		(void)fb_text_duration(out, e->keeps);
	else
		(void)fb_buf_printf(out, "%lld days", (long long)(e->keeps / DAY));
	(void)fb_buf_puts(out, " when it was taken");
}

void fb_fetch_expiry(struct fb_buf *out, const struct fb_expiry *e, const struct fb_zone *zone)
{
	if (e->from == FB_TIME_NONE)
		return;
	(void)fb_buf_puts(out, "Expected to go from ");
	(void)fb_zone_text(out, zone, e->from, 0, FB_WHEN_YEAR);
	(void)fb_buf_puts(out, " on, the last of it by ");
	(void)fb_zone_text(out, zone, e->to, 0, FB_WHEN_YEAR);
	(void)fb_buf_printf(out, " %s: ", zone->name);
	fb_fetch_expiry_why(out, e);
	(void)fb_buf_putc(out, '.');
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
	struct fb_fetch f = { .place = p, .fetch = p->tracks[k].kind->fetch, .from = c->to, .to = c->from,
			      .expiry = NEVER };

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
		f.expiry = sooner(f.expiry, fb_fetch_expires(p, t));
		f.questions |= fb_questions_of(t->kind->id);
		(void)fb_buf_printf(shows, "%s%s", shows->n ? "; " : "", t->kind->name);
	}
	f.shows = fb_buf_cstr(shows);
	return f;
}

struct ordered {
	size_t place;
	unsigned kind;
	struct fb_expiry of_place; /* of what goes first of it, where a place stands together */
	struct fb_expiry expiry;
};

static int by_expiry(const void *x, const void *y)
{
	const struct ordered *a = x, *b = y;
	int d = fb_fetch_order(&a->of_place, &b->of_place);

	if (d == 0 && a->of_place.from != FB_TIME_NONE && a->place != b->place)
		return a->place < b->place ? -1 : 1;
	d = d ? d : fb_fetch_order(&a->expiry, &b->expiry);
	if (d)
		return d;
	if (a->place != b->place)
		return a->place < b->place ? -1 : 1;
	return a->kind < b->kind ? -1 : a->kind > b->kind;
}

/* list: by place. */
static void places_together(struct ordered *list, size_t n)
{
	for (size_t i = 0, end; i < n; i = end) {
		struct fb_expiry first = list[i].expiry;

		for (end = i + 1; end < n && list[end].place == list[i].place; end++)
			if (fb_fetch_order(&list[end].expiry, &first) < 0)
				first = list[end].expiry;
		for (size_t k = i; k < end; k++)
			list[k].of_place = first;
	}
}

int fb_collect_each(const struct fb_coverage *c, const struct fb_coverage_view *v,
		    int (*cb)(void *user, const struct fb_fetch *f), void *user)
{
	struct ordered *list = NULL;
	size_t n = 0, room = 0;
	struct fb_buf shows;
	int r = 0;

	fb_buf_init(&shows, 64u << 10);
	for (size_t i = 0; i < c->nplaces && !r; i++) {
		const struct fb_cover_place *p = &c->places[i];

		for (unsigned k = 0; p->tracks && k < fb_ntelemetry_kinds && !r; k++) {
			if (!fb_collect_wanted(v, p, &p->tracks[k]) || fetched(v, p, k))
				continue;
			r = fb_room(&list, n, &room, sizeof *list) ? 0 : FB_ENOMEM;
			if (r == 0)
				list[n++] = (struct ordered){ i, k, NEVER, gather(c, v, p, k, &shows).expiry };
		}
	}
	places_together(list, n);
	if (n)
		qsort(list, n, sizeof *list, by_expiry);
	for (size_t i = 0; i < n && !r; i++) {
		struct fb_fetch f = gather(c, v, &c->places[list[i].place], list[i].kind, &shows);

		r = shows.code ? shows.code : cb(user, &f);
	}
	free(list);
	fb_buf_dispose(&shows);
	return r;
}

int fb_collect_kinds(const struct fb_coverage *c, const struct fb_coverage_view *v,
		     int (*cb)(void *user, const struct fb_cover_place *p, const struct fb_track *t), void *user)
{
	struct ordered *list = NULL;
	size_t n = 0, room = 0;
	int r = 0;

	for (size_t i = 0; i < c->nplaces && !r; i++)
		for (unsigned k = 0; c->places[i].tracks && k < fb_ntelemetry_kinds && !r; k++) {
			const struct fb_cover_place *p = &c->places[i];

			if (!fb_collect_wanted(v, p, &p->tracks[k]))
				continue;
			r = fb_room(&list, n, &room, sizeof *list) ? 0 : FB_ENOMEM;
			if (r == 0)
				list[n++] = (struct ordered){ i, k, NEVER, fb_fetch_expires(p, &p->tracks[k]) };
		}
	if (n)
		qsort(list, n, sizeof *list, by_expiry);
	for (size_t i = 0; i < n && !r; i++)
		r = cb(user, &c->places[list[i].place], &c->places[list[i].place].tracks[list[i].kind]);
	free(list);
	return r;
}
