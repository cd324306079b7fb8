#include "show/coverage.h"

#include "assess/question/route.h"
#include "show/fetch.h"
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
	fb_json_put_cstr(j, "reason", fb_absence_word(cell->reason));
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
		(void)fb_buf_puts(out, *cell->why ? "  " : "");
		(void)fb_text_term(out, fb_slice_str(cell->why));
		(void)fb_buf_putc(out, '\n');
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

void fb_json_collect(struct fb_json *j, const struct fb_coverage *c, const struct fb_cover_place *p,
		     const struct fb_track *t)
{
	fb_time from = c->from, to = c->to;
	const struct fb_cell *first = fb_fetch_span(t, &from, &to);
	const struct fb_expiry e = fb_fetch_expires(p, t);
	struct fb_buf why;

	fb_buf_init(&why, 4096);
	fb_fetch_expiry_why(&why, &e);
	fb_json_object(j);
	fb_json_put_cstr(j, "place", p->name);
	fb_json_put_cstr(j, "telemetry", t->kind->id);
	fb_json_put_cstr(j, "fetch", t->kind->fetch);
	fb_json_put_time(j, "from", from);
	fb_json_put_time(j, "to", to);
	fb_json_put_cstr(j, "state", first ? fb_cover_word(first->state) : "");
	fb_json_put_cstr(j, "why", first ? first->why : "");
	fb_json_put_cstr(j, "reason", first ? fb_absence_word(first->reason) : NULL);
	fb_json_put_cstr(j, "advice", first ? fb_absence_advice(first->reason) : "");
	fb_json_put_time(j, "goes_from", e.from);
	fb_json_put_time(j, "goes_until", e.to);
	fb_json_put_cstr(j, "goes_why", why.n ? fb_buf_cstr(&why) : NULL);
	fb_buf_dispose(&why);
	fb_json_put_cstr(j, "would_show", t->kind->name);
	fb_json_key(j, "settles");
	fb_json_array(j);
	for (unsigned q = 0; q < FB_Q_COUNT; q++)
		if (fb_questions_of(t->kind->id) >> q & 1)
			fb_json_cstr(j, fb_question_word((enum fb_question)q));
	fb_json_array_end(j);
	fb_json_object_end(j);
}

struct fetching {
	struct fb_out *out;
	const struct fb_coverage_view *view;
	const struct fb_cover_place *last;
};

static int put_fetch(void *user, const struct fb_fetch *f)
{
	struct fetching *x = user;
	struct fb_buf *out = &x->out->buf, line;

	if (f->place != x->last) {
		(void)fb_buf_puts(out, x->last ? "\n" : "");
		(void)fb_text_term(out, fb_slice_str(f->place->name));
		(void)fb_buf_putc(out, '\n');
		x->last = f->place;
	}
	fb_buf_init(&line, 64u << 10);
	(void)fb_buf_printf(out, "  %s\n", f->fetch);
	(void)fb_zone_text(&line, x->view->zone, f->from, 0, FB_WHEN_YEAR);
	(void)fb_buf_puts(&line, " to ");
	(void)fb_zone_text(&line, x->view->zone, f->to, 0, FB_WHEN_YEAR);
	(void)fb_buf_printf(&line, " %s. Would show: %s.", x->view->zone->name, f->shows);
	if (f->named)
		(void)fb_buf_printf(&line, " There is %s.", f->named);
	if (*fb_absence_advice(f->reason))
		(void)fb_buf_printf(&line, " %s", fb_absence_advice(f->reason));
	(void)fb_buf_puts(&line, f->expiry.from != FB_TIME_NONE ? " " : "");
	fb_fetch_expiry(&line, &f->expiry, x->view->zone);
	if (f->questions) {
		(void)fb_buf_puts(&line, " For: ");
		fb_fetch_questions(&line, f);
		(void)fb_buf_putc(&line, '.');
	}
	fb_text_wrapped(out, fb_buf_cstr(&line), 6);
	fb_buf_dispose(&line);
	return fb_out_check(x->out);
}

int fb_collect_write(struct fb_out *o, const struct fb_coverage *c, const struct fb_coverage_view *v)
{
	struct fetching x = { .out = o, .view = v };
	int r = fb_collect_each(c, v, put_fetch, &x);

	return r ? r : fb_out_check(o);
}
