#include "show/coverage.h"

#include "assess/question/route.h"
#include "show/json.h"
#include "show/text.h"

#define STRIP 40 /* columns */
#define NAME 36

bool fb_coverage_wanted(const struct fb_coverage_view *v, const struct fb_cover_place *p, const struct fb_track *t)
{
	if (v->place && !fb_case_host_matches(v->place, fb_slice_str(p->name)))
		return false;
	if (v->telemetry)
		return fb_text_glob(v->telemetry, fb_slice_str(t->kind->id));
	return t->n && !(t->n == 1 && t->cells[0].state == FB_COVER_ABSENT);
}

/* ---- machines ---- */

void fb_json_cell(struct fb_json *j, const struct fb_cover_place *p, const struct fb_track *t, const struct fb_cell *cell)
{
	fb_json_object(j);
	fb_json_put_cstr(j, "place", p->name);
	fb_json_put_cstr(j, "telemetry", t->kind->id);
	fb_json_put_time(j, "from", cell->from);
	fb_json_put_time(j, "to", cell->to);
	fb_json_put_cstr(j, "state", fb_cover_word(cell->state));
	fb_json_put_bool(j, "visible", fb_cover_visible(cell->state));
	fb_json_put_cstr(j, "why", cell->why);
	fb_json_object_end(j);
}

/* ---- strips ---- */

static const char drawn[FB_COVER_COUNT + 1] = "#:_%f.ocs!?u> ";

/* The worst of the time between. */
static char worst(const struct fb_track *t, fb_time from, fb_time to)
{
	int state = -1;

	for (size_t i = 0; i < t->n; i++)
		if (t->cells[i].from < to && t->cells[i].to > from && (int)t->cells[i].state > state)
			state = (int)t->cells[i].state;
	return state < 0 ? ' ' : drawn[state];
}

static void put_strip(struct fb_buf *out, const struct fb_coverage *c, const struct fb_track *t)
{
	fb_time step = (c->to - c->from) / STRIP;

	(void)fb_buf_printf(out, "  %-*s|", NAME, t->kind->id);
	for (int i = 0; i < STRIP; i++)
		(void)fb_buf_putc(out, (uint8_t)worst(t, c->from + i * step, i + 1 == STRIP ? c->to : c->from + (i + 1) * step));
	(void)fb_buf_puts(out, "|\n");
}

/* The longest that was not visible, in words. */
static void put_missing(struct fb_buf *out, const struct fb_track *t, const struct fb_zone *z)
{
	for (size_t i = 0; i < t->n; i++) {
		const struct fb_cell *cell = &t->cells[i];

		if (fb_cover_visible(cell->state))
			continue;
		(void)fb_buf_printf(out, "      %-17s ", fb_cover_word(cell->state));
		(void)fb_zone_text(out, z, cell->from, 0, FB_WHEN_YEAR);
		(void)fb_buf_puts(out, " to ");
		(void)fb_zone_text(out, z, cell->to, 0, FB_WHEN_YEAR);
		(void)fb_buf_printf(out, "%s%s\n", *cell->why ? "  " : "", cell->why);
	}
}

static void put_legend(struct fb_buf *out)
{
	(void)fb_buf_puts(out, "\n  Visible: # recorded  : quiet  _ down\n"
			       "  Not:     . silent  o off  f filtered  % partial  c cleared  s stopped  ! lost\n"
			       "           ? clock  u unread  > after-acquisition  blank: absent\n"
			       "  What is drawn is the worst of its time; --telemetry ID lists each stretch.\n");
}

int fb_coverage_write(struct fb_out *o, const struct fb_coverage *c, const struct fb_coverage_view *v)
{
	struct fb_buf *out = &o->buf;

	if (c->from == FB_TIME_NONE || c->to <= c->from) {
		(void)fb_buf_puts(out, "No record of the evidence has a time: nothing could have been seen.\n");
		return fb_out_check(o);
	}
	(void)fb_buf_puts(out, "From ");
	(void)fb_zone_text(out, v->zone, c->from, 0, FB_WHEN_YEAR);
	(void)fb_buf_puts(out, " to ");
	(void)fb_zone_text(out, v->zone, c->to, 0, FB_WHEN_YEAR);
	(void)fb_buf_printf(out, " %s\n", v->zone->name);
	for (size_t i = 0; i < c->nplaces; i++) {
		const struct fb_cover_place *p = &c->places[i];
		bool head = false;

		for (unsigned k = 0; p->tracks && k < fb_ntelemetry_kinds; k++) {
			if (!fb_coverage_wanted(v, p, &p->tracks[k]))
				continue;
			if (!head) {
				(void)fb_buf_putc(out, '\n');
				(void)fb_text_term(out, fb_slice_str(p->name));
				(void)fb_buf_putc(out, '\n');
				head = true;
			}
			put_strip(out, c, &p->tracks[k]);
			if (v->telemetry)
				put_missing(out, &p->tracks[k], v->zone);
			if (fb_out_check(o))
				return o->code;
		}
	}
	if (c->odd_times)
		(void)fb_buf_printf(out, "\n%llu stretches of records are of times before 1990 or after 2100, and left out.\n",
				    (unsigned long long)c->odd_times);
	put_legend(out);
	return fb_out_check(o);
}

/* ---- what to fetch ---- */

/* Where it may still be got: what was cleared, lost or never written is nowhere but in copies. */
static bool fetchable(enum fb_cover s)
{
	return s == FB_COVER_ABSENT || s == FB_COVER_AFTER || s == FB_COVER_LOST || s == FB_COVER_CLEARED ||
	       s == FB_COVER_UNREAD;
}

bool fb_collect_wanted(const struct fb_coverage_view *v, const struct fb_cover_place *p, const struct fb_track *t)
{
	/* What is said not to serve pages, and has none, has no web logs to fetch. */
	if ((t->kind->lane == FB_LANE_WEB && *p->role && !p->web && !(fb_role_of(fb_slice_str(p->role)) & FB_ROLE_WEB)) ||
	    (v->place && !fb_case_host_matches(v->place, fb_slice_str(p->name))))
		return false;
	for (size_t i = 0; i < t->n; i++)
		if (fetchable(t->cells[i].state))
			return true;
	return false;
}

static const struct fb_cell *span(const struct fb_track *t, fb_time *from, fb_time *to)
{
	const struct fb_cell *first = NULL;

	for (size_t i = 0; i < t->n; i++) {
		if (!fetchable(t->cells[i].state))
			continue;
		if (!first) {
			first = &t->cells[i];
			*from = first->from;
		}
		*to = t->cells[i].to;
	}
	return first;
}

void fb_json_collect(struct fb_json *j, const struct fb_coverage *c, const struct fb_cover_place *p,
		     const struct fb_track *t)
{
	fb_time from = c->from, to = c->to;
	const struct fb_cell *first = span(t, &from, &to);

	fb_json_object(j);
	fb_json_put_cstr(j, "place", p->name);
	fb_json_put_cstr(j, "telemetry", t->kind->id);
	fb_json_put_cstr(j, "fetch", t->kind->fetch);
	fb_json_put_time(j, "from", from);
	fb_json_put_time(j, "to", to);
	fb_json_put_cstr(j, "state", first ? fb_cover_word(first->state) : "");
	fb_json_put_cstr(j, "would_show", t->kind->name);
	fb_json_object_end(j);
}

int fb_collect_write(struct fb_out *o, const struct fb_coverage *c, const struct fb_coverage_view *v)
{
	struct fb_buf *out = &o->buf;

	for (size_t i = 0; i < c->nplaces; i++) {
		const struct fb_cover_place *p = &c->places[i];
		const char *last = "";
		bool head = false;

		for (unsigned k = 0; p->tracks && k < fb_ntelemetry_kinds; k++) {
			const struct fb_track *t = &p->tracks[k];
			fb_time from = c->from, to = c->to;

			if (!fb_collect_wanted(v, p, t) || strcmp(last, t->kind->fetch) == 0)
				continue;
			last = t->kind->fetch;
			(void)span(t, &from, &to);
			if (!head) {
				(void)fb_buf_puts(out, i ? "\n" : "");
				(void)fb_text_term(out, fb_slice_str(p->name));
				(void)fb_buf_putc(out, '\n');
				head = true;
			}
			(void)fb_buf_printf(out, "  %s\n      for ", t->kind->fetch);
			(void)fb_zone_text(out, v->zone, from, 0, FB_WHEN_YEAR);
			(void)fb_buf_puts(out, " to ");
			(void)fb_zone_text(out, v->zone, to, 0, FB_WHEN_YEAR);
			(void)fb_buf_printf(out, "; it would show %s\n", t->kind->name);
			if (fb_out_check(o))
				return o->code;
		}
	}
	return fb_out_check(o);
}
