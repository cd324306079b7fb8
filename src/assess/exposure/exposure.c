#include "assess/exposure/exposure_in.h"

#include "base/buf.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define MEMORY ((size_t)64 << 20)

struct making {
	const struct fb_steps *steps;
	const struct fb_coverage *cov;
	struct fb_exposures *out;
	struct fb_exposure *v;
	size_t n, room;
	struct fb_egress egress;
};

static int no_memory(struct fb_err *err)
{
	return fb_fail(err, FB_ENOMEM, "out of memory");
}

/* ---- rows ---- */

static struct fb_exposure *row_of(struct making *m, enum fb_ladder l, const char *place, const char *to)
{
	struct fb_exposure *x;

	for (size_t i = 0; i < m->n; i++)
		if (m->v[i].ladder == l && strcmp(m->v[i].place, place) == 0 && strcmp(m->v[i].to, to) == 0)
			return &m->v[i];
	if (m->n == m->room) {
		size_t more = m->room ? m->room * 2 : 64;
		struct fb_exposure *v = reallocarray(m->v, more, sizeof *v);

		if (!v)
			return NULL;
		m->v = v;
		m->room = more;
	}
	x = &m->v[m->n++];
	*x = (struct fb_exposure){ .ladder = l, .place = place, .to = to, .first = FB_TIME_NONE, .last = FB_TIME_NONE,
				   .unbounded = true, .why = "", .by = "", .as_of = FB_TIME_NONE, .documents_why = "" };
	return x;
}

static void rest_on(struct fb_exposure *x, const struct fb_step *s)
{
	if (s->first != FB_TIME_NONE && (x->first == FB_TIME_NONE || s->first < x->first))
		x->first = s->first;
	if (s->last != FB_TIME_NONE && (x->last == FB_TIME_NONE || s->last > x->last))
		x->last = s->last;
	if (x->nsteps < FB_EXPOSURE_REASONS)
		x->steps[x->nsteps++] = s->n;
	else
		x->more_steps++;
}

/* ---- what steps show ---- */

static int by_name(const void *pa, const void *pb)
{
	const struct fb_step_object *const *a = pa, *const *b = pb;
	int d;

	if ((*a)->step != (*b)->step)
		return (*a)->step < (*b)->step ? -1 : 1;
	d = strcasecmp((*a)->name, (*b)->name);
	/* Of one that was opened for reading and otherwise, the reading. */
	return d ? d : (int)(*b)->read - (int)(*a)->read;
}

/* Things by name, each once: opened by a file's own audit, and containers that were written. */
static int things(struct making *m)
{
	const struct fb_steps *s = m->steps;
	const struct fb_step_object **v = calloc(s->nobjects + 1, sizeof *v);
	uint32_t last[FB_L_COUNT] = { 0 };

	if (!v)
		return FB_ENOMEM;
	for (size_t i = 0; i < s->nobjects; i++)
		v[i] = &s->objects[i];
	qsort(v, s->nobjects, sizeof *v, by_name);
	for (size_t i = 0; i < s->nobjects; i++) {
		const struct fb_step *step = &s->v[v[i]->step - 1];
		bool again = i && v[i - 1]->step == v[i]->step && strcasecmp(v[i - 1]->name, v[i]->name) == 0;
		bool container = strcmp(step->does, "file") == 0 && fb_is_container(v[i]->name);
		enum fb_ladder l = v[i]->read ? FB_L_OPENED : FB_L_COLLECTED;
		struct fb_exposure *x;

		if (again || (!v[i]->read && !container))
			continue;
		x = row_of(m, l, step->host, "");
		if (!x) {
			free(v);
			return FB_ENOMEM;
		}
		x->least_objects += step->sure;
		x->named_objects++;
		if (last[l] != step->n)
			rest_on(x, step);
		last[l] = step->n;
	}
	free(v);
	return 0;
}

/* The same answers may be told by several logs that they passed: of one client and page, the most that one
 * machine tells, so that nothing is counted twice. */
static bool told_better(const struct fb_steps *s, size_t i)
{
	for (size_t k = 0; k < s->n; k++) {
		const struct fb_step *a = &s->v[i], *b = &s->v[k];

		if (k == i || strcmp(b->does, "request") != 0 || b->activity != a->activity || !b->bytes_known ||
		    strcmp(b->actor, a->actor) != 0 || strcmp(b->what, a->what) != 0 || strcmp(b->host, a->host) == 0)
			continue;
		if (b->first <= a->last && b->last >= a->first && (b->bytes > a->bytes || (b->bytes == a->bytes && k < i)))
			return true;
	}
	return false;
}

static int left(struct making *m)
{
	const struct fb_steps *s = m->steps;

	for (size_t i = 0; i < s->n; i++) {
		const struct fb_step *step = &s->v[i];
		bool request = strcmp(step->does, "request") == 0, connection = strcmp(step->does, "connection") == 0;
		struct fb_exposure *x;
		char *to;

		if ((!request && !connection) || (request && step->bytes_known && told_better(s, i)))
			continue;
		/* A connection's what is ADDRESS:PORT. */
		to = fb_arena_strn(&m->out->arena, request ? step->actor : step->what, request ? strlen(step->actor)
				   : (size_t)(strrchr(step->what, ':') ? strrchr(step->what, ':') - step->what : (ptrdiff_t)strlen(step->what)));
		x = to ? row_of(m, FB_L_LEFT, step->host, to) : NULL;
		if (!x)
			return FB_ENOMEM;
		if (step->bytes_known) {
			x->bytes_known = true;
			x->least_bytes += step->sure ? step->bytes : 0;
			x->named_bytes += step->bytes_most;
		}
		rest_on(x, step);
	}
	return 0;
}

/* ---- upper ends ---- */

static const struct fb_cover_place *place_of(const struct fb_coverage *cov, const char *name)
{
	for (size_t i = 0; i < cov->nplaces; i++)
		if (strcasecmp(cov->places[i].name, name) == 0)
			return &cov->places[i];
	return NULL;
}

/* Which kinds of records would show all of it. */
static const struct {
	const char *telemetries, *lacks;
} shown_by[FB_L_COUNT] = {
	[FB_L_REACHABLE] = { "inventory", "no list says what lies there" },
	[FB_L_OPENED] = { "object-4663", "not every opening of a file was audited" },
	[FB_L_COLLECTED] = { "file-create-sysmon", "not every writing of a file was recorded" },
	[FB_L_LEFT] = { "flow-sensor", "no record counts all that left" },
};

/* Why there is no upper end: the first time that was not visible. */
static int find_why(struct making *m, struct fb_exposure *x)
{
	const struct fb_cover_place *p = place_of(m->cov, x->place);
	const char *lacks = shown_by[x->ladder].lacks;
	struct fb_track t = { 0 };
	struct fb_buf b;
	char text[FB_TIME_TEXT];

	if (p && fb_coverage_of(m->cov, p, shown_by[x->ladder].telemetries, &m->out->arena, &t))
		return FB_ENOMEM;
	fb_buf_init(&b, 4096);
	(void)fb_buf_puts(&b, lacks);
	for (size_t i = 0; i < t.n; i++) {
		const struct fb_cell *c = &t.cells[i];

		if (fb_cover_visible(c->state) || (m->out->from != FB_TIME_NONE && c->to <= m->out->from))
			continue;
		(void)fb_buf_printf(&b, " on %s from %.16s (%s%s%s)", x->place,
				    fb_time_text(c->from > m->out->from ? c->from : m->out->from, 0, text),
				    fb_cover_word(c->state), *c->why ? ": " : "", c->why);
		break;
	}
	x->why = b.code ? NULL : fb_arena_strn(&m->out->arena, b.p, b.n);
	fb_buf_dispose(&b);
	return x->why ? 0 : FB_ENOMEM;
}

static const char other_way[] = "its web log tells of answers that no sensor saw: there is another way out";

/* What left a place, or went from it to somebody: with an upper end where all its traffic was seen. */
static int bound(struct making *m, struct fb_exposure *x)
{
	uint64_t records;

	if (ex_unseen(&m->egress, x->place, &m->out->arena, &x->why))
		return FB_ENOMEM;
	if (!*x->to) {
		ex_place(&m->egress, x, x->place);
	} else if (!x->why) {
		x->most_bytes = ex_pair(&m->egress, x->place, x->to, &records);
		x->other_way = !records && x->named_bytes && ex_outside(&m->egress, x->to);
		if (x->other_way)
			x->why = other_way;
		/* The same flow, told by two: the lesser is sure, and the greater may have been. */
		if (records && x->most_bytes < x->least_bytes)
			x->least_bytes = x->most_bytes;
		if (x->most_bytes < x->named_bytes)
			x->most_bytes = x->named_bytes;
	}
	if (!x->why && x->uncounted)
		x->why = "of some of its connections nobody counted the bytes";
	x->unbounded = x->why != NULL;
	if (!x->why)
		x->why = "";
	return 0;
}

/* What a web log tells of beyond what the sensor counted of the same two. */
static uint64_t beyond(const struct making *m, const struct fb_exposure *x)
{
	uint64_t records, seen = ex_pair(&m->egress, x->place, x->to, &records);

	return x->named_bytes > seen ? x->named_bytes - seen : 0;
}

static int bounds(struct making *m)
{
	if (m->out->from == FB_TIME_NONE)
		return 0;
	for (size_t i = 0; i < m->n; i++)
		if (m->v[i].ladder == FB_L_LEFT && bound(m, &m->v[i]))
			return FB_ENOMEM;
	for (size_t i = 0, n = m->n; i < n; i++) {
		const char *place = m->v[i].place;
		uint64_t more = 0;

		if (m->v[i].ladder != FB_L_LEFT || *m->v[i].to)
			continue;
		for (size_t k = 0; k < n; k++)
			if (m->v[k].ladder == FB_L_LEFT && *m->v[k].to && strcmp(m->v[k].place, place) == 0) {
				more = fb_flow_sum(more, beyond(m, &m->v[k]));
				if (m->v[k].other_way && !m->v[i].unbounded) {
					m->v[i].unbounded = true;
					m->v[i].why = other_way;
				}
			}
		m->v[i].most_bytes = fb_flow_sum(m->v[i].most_bytes, more);
	}
	return 0;
}

/* All of them: not the sum of the places, which may count one flow twice. */
static int bound_all(struct making *m, const struct fb_may *may, struct fb_exposure *sum)
{
	if (ex_hosts(&m->egress, m->steps, may))
		return FB_ENOMEM;
	m->out->hosts = fb_arena_calloc(&m->out->arena, m->egress.nhosts + 1, sizeof *m->out->hosts);
	if (!m->out->hosts)
		return FB_ENOMEM;
	for (size_t i = 0; i < m->egress.nhosts; i++)
		((const char **)(uintptr_t)m->out->hosts)[i] = m->egress.hosts[i];
	m->out->nhosts = m->egress.nhosts;
	sum->why = m->egress.nhosts ? "" : shown_by[FB_L_LEFT].lacks;
	for (size_t i = 0; i < m->egress.nhosts && !*sum->why; i++) {
		const char *why;

		if (ex_unseen(&m->egress, m->egress.hosts[i], &m->out->arena, &why))
			return FB_ENOMEM;
		sum->why = why ? why : "";
	}
	ex_case(&m->egress, sum);
	for (size_t i = 0; i < m->n; i++)
		if (m->v[i].ladder == FB_L_LEFT && *m->v[i].to) {
			sum->most_bytes = fb_flow_sum(sum->most_bytes, beyond(m, &m->v[i]));
			if (m->v[i].other_way && !*sum->why)
				sum->why = other_way;
		}
	if (!*sum->why && sum->uncounted)
		sum->why = "of some connections nobody counted the bytes";
	sum->unbounded = *sum->why != '\0';
	return 0;
}

/* ---- the case ---- */

static int by_place(const void *pa, const void *pb)
{
	const struct fb_exposure *a = pa, *b = pb;
	int d;

	if (a->ladder != b->ladder)
		return a->ladder < b->ladder ? -1 : 1;
	d = strcmp(a->place, b->place);
	return d ? d : strcmp(a->to, b->to);
}

static void add_up(struct fb_exposure *to, const struct fb_exposure *x)
{
	to->least_objects += x->least_objects;
	to->least_bytes += x->least_bytes;
	to->named_objects += x->named_objects;
	to->named_bytes += x->named_bytes;
	to->bytes_known = to->bytes_known || x->bytes_known;
	if (x->first != FB_TIME_NONE && (to->first == FB_TIME_NONE || x->first < to->first))
		to->first = x->first;
	if (x->last != FB_TIME_NONE && (to->last == FB_TIME_NONE || x->last > to->last))
		to->last = x->last;
	for (size_t i = 0; i < x->nsteps; i++) {
		if (to->nsteps < FB_EXPOSURE_REASONS)
			to->steps[to->nsteps++] = x->steps[i];
		else
			to->more_steps++;
	}
	to->more_steps += x->more_steps;
	if (!*to->why)
		to->why = x->why;
}

/* Over each share of which anything was recorded, an end of its own. */
static int shares(struct making *m)
{
	for (size_t i = 0; i < m->steps->nopenings && m->out->from != FB_TIME_NONE; i++)
		if (*m->steps->openings[i].share && !row_of(m, FB_L_OPENED, m->steps->openings[i].host, m->steps->openings[i].share))
			return FB_ENOMEM;
	return 0;
}

/* Upper ends of objects at a place; opened: of the case. */
static int bound_objects(struct making *m, struct fb_exposure *x, const struct fb_exposure *opened)
{
	if (x->ladder == FB_L_LEFT)
		return 0;
	if (x->ladder == FB_L_COLLECTED && find_why(m, x))
		return FB_ENOMEM;
	return m->out->from == FB_TIME_NONE ? 0 : x->ladder == FB_L_REACHABLE ? ex_reachable(&m->egress, x) :
	       x->ladder == FB_L_OPENED ? ex_opened(&m->egress, x) : ex_collected(&m->egress, x, opened, x->why);
}

static int bound_case(struct making *m, const struct fb_may *may, struct fb_exposure *sum, const struct fb_exposure *opened)
{
	if (m->out->from == FB_TIME_NONE)
		return 0;
	return sum->ladder == FB_L_LEFT ? bound_all(m, may, sum) : sum->ladder == FB_L_COLLECTED ?
	       ex_collected(&m->egress, sum, opened, shown_by[FB_L_COLLECTED].lacks) : ex_all(&m->egress, sum);
}

/* Hosts on which they acted: each is a place that something may have left from. */
static int places(struct making *m)
{
	for (size_t i = 0; i < m->steps->n; i++) {
		if (!row_of(m, FB_L_LEFT, m->steps->v[i].host, ""))
			return FB_ENOMEM;
		if (strcmp(m->steps->v[i].does, "request") == 0)
			continue;
		if (!row_of(m, FB_L_OPENED, m->steps->v[i].host, "") ||
		    !row_of(m, FB_L_COLLECTED, m->steps->v[i].host, "") || !row_of(m, FB_L_REACHABLE, m->steps->v[i].host, ""))
			return FB_ENOMEM;
	}
	return 0;
}

static int make(struct making *m, const struct fb_may *may)
{
	struct fb_exposure *all, *opened = NULL;
	size_t n;

	for (size_t i = 0; i < m->steps->n; i++)
		if (m->steps->v[i].first != FB_TIME_NONE && (m->out->from == FB_TIME_NONE || m->steps->v[i].first < m->out->from))
			m->out->from = m->steps->v[i].first;
	if (m->out->from != FB_TIME_NONE && m->cov->window_stated && m->cov->from < m->out->from)
		m->out->from = m->cov->from;
	m->out->to = m->cov->to;
	m->egress = (struct fb_egress){ .cov = m->cov, .from = m->out->from, .to = m->out->to, .steps = m->steps, .may = may,
					.arena = &m->out->arena };
	if (things(m) || left(m) || places(m) || shares(m) || bounds(m))
		return FB_ENOMEM;
	n = m->n;
	if (n)
		qsort(m->v, n, sizeof *m->v, by_place);
	all = fb_arena_calloc(&m->out->arena, n + FB_L_COUNT, sizeof *all);
	if (!all)
		return FB_ENOMEM;
	m->out->v = all;
	for (int l = 0; l < FB_L_COUNT; l++) {
		struct fb_exposure *sum = &all[m->out->n++];

		*sum = (struct fb_exposure){ .ladder = (enum fb_ladder)l, .place = "", .to = "", .first = FB_TIME_NONE,
					     .last = FB_TIME_NONE, .unbounded = true, .why = "", .by = "", .as_of = FB_TIME_NONE,
					     .documents_why = "" };
		for (size_t i = 0; i < n; i++)
			if (m->v[i].ladder == (enum fb_ladder)l) {
				if (bound_objects(m, &m->v[i], opened))
					return FB_ENOMEM;
				add_up(sum, &m->v[i]);
				all[m->out->n++] = m->v[i];
			}
		if (bound_case(m, may, sum, opened))
			return FB_ENOMEM;
		opened = l == FB_L_OPENED ? sum : opened;
		if (sum->unbounded && !*sum->why)
			sum->why = shown_by[l].lacks;
	}
	return 0;
}

int fb_exposures_make(const struct fb_steps *steps, const struct fb_coverage *cov, const struct fb_may *may,
		      struct fb_exposures **to, struct fb_err *err)
{
	struct making m = { .steps = steps, .cov = cov };
	int r;

	*to = NULL;
	m.out = calloc(1, sizeof *m.out);
	if (!m.out)
		return no_memory(err);
	fb_arena_init(&m.out->arena, MEMORY);
	m.out->from = m.out->to = FB_TIME_NONE;
	r = make(&m, may);
	free(m.egress.hosts);
	free(m.v);
	if (r) {
		fb_exposures_free(m.out);
		return no_memory(err);
	}
	*to = m.out;
	return 0;
}

void fb_exposures_free(struct fb_exposures *e)
{
	if (!e)
		return;
	fb_arena_dispose(&e->arena);
	free(e);
}

const struct fb_exposure *fb_exposure_of(const struct fb_exposures *e, enum fb_ladder l)
{
	for (size_t i = 0; i < e->n; i++)
		if (e->v[i].ladder == l && !*e->v[i].place)
			return &e->v[i];
	return NULL;
}
