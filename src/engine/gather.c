#include "engine/gather.h"

#include "base/text.h"
#include "engine/telemetry.h"
#include "event/entity.h"
#include "event/flow.h"
#include "event/page.h"

#include <stdlib.h>

#define HOST_MAX 256
#define WORD_MAX 512
#define KEEP_DETECTIONS 8192

void fb_gather_init(struct fb_gather *g)
{
	*g = (struct fb_gather){ 0 };
	fb_arena_init(&g->arena, FB_UNIT_RESULT_MAX);
	fb_arena_init(&g->texts, FB_UNIT_RESULT_MAX);
	fb_buf_init(&g->pages, FB_UNIT_RESULT_MAX);
	fb_buf_init(&g->flows, FB_UNIT_RESULT_MAX);
	fb_gather_reset(g);
}

void fb_gather_dispose(struct fb_gather *g)
{
	fb_arena_dispose(&g->arena);
	fb_arena_dispose(&g->texts);
	fb_buf_dispose(&g->pages);
	fb_buf_dispose(&g->flows);
	free(g->detections);
	free(g->problems);
	free(g->kinds);
	free(g->series);
	free(g->notices);
	*g = (struct fb_gather){ 0 };
}

size_t fb_gather_size(const struct fb_gather *g)
{
	return g->arena.total + g->texts.total + g->pages.cap + g->flows.cap + g->detections_cap * sizeof *g->detections;
}

void fb_gather_reset(struct fb_gather *g)
{
	fb_arena_reset(&g->arena);
	fb_arena_reset(&g->texts);
	fb_buf_clear(&g->pages);
	fb_buf_clear(&g->flows);
	g->excess = false;
	/* What a unit of many left would add up over all matchers. */
	if (g->detections_cap > KEEP_DETECTIONS) {
		free(g->detections);
		g->detections = NULL;
		g->detections_cap = 0;
	}
	g->ndetections = g->nproblems = g->nhosts = 0;
	g->nkinds = g->nseries = g->nnotices = 0;
	g->mark_kinds = g->mark_series = g->mark_notices = g->mark_pages = g->mark_flows = 0;
	g->npages = g->nflows = 0;
	g->events = g->decoded = g->rejected = g->skipped = g->lost = 0;
	g->first = g->last = FB_TIME_NONE;
	g->mark_detections = g->mark_problems = 0;
	g->mark_lost = 0;
	g->original_max = FB_ORIGINAL_MAX;
}

void fb_gather_rendered(struct fb_gather *g)
{
	g->original_max = FB_RENDERED_MAX;
}

void fb_gather_begin(struct fb_gather *g, uint64_t at, uint64_t end)
{
	g->at = at;
	g->end = end;
	g->mark_detections = g->ndetections;
	g->mark_problems = g->nproblems;
	g->mark_kinds = g->nkinds;
	g->mark_series = g->nseries;
	g->mark_notices = g->nnotices;
	g->mark_pages = g->pages.n;
	g->mark_flows = g->flows.n;
	g->npages = g->nflows = 0;
	g->mark_lost = g->lost;
}

void fb_gather_rollback(struct fb_gather *g)
{
	g->ndetections = g->mark_detections;
	g->nproblems = g->mark_problems;
	g->nkinds = g->mark_kinds;
	g->nseries = g->mark_series;
	g->nnotices = g->mark_notices;
	g->pages.n = g->mark_pages;
	g->flows.n = g->mark_flows;
	g->lost = g->mark_lost;
}

/* Room for one more item; doubles. */
static int grow(void **items, size_t *cap, size_t n, size_t size)
{
	size_t want = *cap ? *cap * 2 : 64;
	void *p;

	if (n < *cap)
		return 0;
	p = realloc(*items, want * size);
	if (!p)
		return FB_ENOMEM;
	*items = p;
	*cap = want;
	return 0;
}

static bool get_text(struct fb_cur *c, size_t max, struct fb_slice *out)
{
	return fb_get_bytes(c, max, out) && fb_utf8_valid(*out);
}

static bool entities_valid(struct fb_slice s)
{
	struct fb_cur c = fb_cur(s);
	unsigned n = 0;

	while (fb_cur_left(&c)) {
		struct fb_slice value;
		uint8_t type;
		uint16_t len;

		if (n++ == FB_ENTITIES_MAX || !fb_cur_u8(&c, &type) || type == 0 ||
		    type >= FB_ENTITY_TYPES || !fb_cur_u16(&c, &len) ||
		    len > FB_ENTITY_VALUE_MAX || !fb_cur_take(&c, len, &value) ||
		    !fb_utf8_valid(value))
			return false;
	}
	return true;
}

/* The event part of the frame; its slices point into c's bytes. */
static bool get_event(struct fb_cur *c, const struct fb_gather *g, struct fb_detection *d)
{
	uint64_t time;

	if (!fb_cur_u64(c, &time) || !fb_cur_u8(c, &d->time_digits) ||
	    !fb_cur_u8(c, &d->time_flags) || !fb_cur_u8(c, &d->flags) ||
	    !fb_cur_u64(c, &d->offset) || !fb_cur_u64(c, &d->length) ||
	    !fb_cur_u64(c, &d->record) || !fb_cur_u64(c, &d->line) ||
	    !fb_cur_u32(c, &d->event_id) || !fb_cur_u32(c, &d->content))
		return false;
	d->time = (fb_time)time;
	if (d->time_digits > 9 || d->time_flags > FB_TIME_LOCAL || d->offset < g->at ||
	    d->offset > g->end || d->length > g->end - d->offset)
		return false;
	return get_text(c, HOST_MAX, &d->host) && get_text(c, WORD_MAX, &d->channel) &&
	       get_text(c, WORD_MAX, &d->provider) && get_text(c, FB_SUMMARY_MAX, &d->summary) &&
	       fb_get_bytes(c, FB_ENTITIES_MAX * (FB_ENTITY_VALUE_MAX + 3), &d->entities) &&
	       entities_valid(d->entities) && get_text(c, g->original_max, &d->original);
}

static bool entries_valid(struct fb_slice hits, uint32_t nrules)
{
	for (size_t i = 0; i < hits.n; i += 9)
		if (fb_le32(hits.p + i) >= nrules || hits.p[i + 8] > 7)
			return false;
	return true;
}

/* The values of a hit that has some, behind the event. */
static bool get_values(struct fb_cur *c, uint8_t flags, struct fb_slice *out)
{
	*out = fb_slice(NULL, 0);
	return !(flags & 2) || (fb_get_bytes(c, FB_CAPTURES_MAX * (2 + FB_CAPTURE_VALUE_MAX), out) &&
				fb_captured_valid(*out));
}

/* What the hit is about, behind its values, in front of the event's summary. */
static int get_note(struct fb_gather *g, struct fb_cur *c, uint8_t flags, struct fb_slice summary,
		    struct fb_slice *out)
{
	struct fb_slice note;
	size_t rest;
	char *text;

	*out = summary;
	if (!(flags & 4))
		return 0;
	if (!get_text(c, FB_SUMMARY_MAX, &note))
		return FB_EINPUT;
	rest = FB_SUMMARY_MAX - note.n < 2 ? 0 : FB_SUMMARY_MAX - note.n - 2;
	if (summary.n > rest) {
		while (rest && (summary.p[rest] & 0xC0) == 0x80)
			rest--;
		summary.n = rest;
	}
	text = fb_arena_get(&g->arena, note.n + summary.n + 2);
	if (!text)
		return FB_ENOMEM;
	memcpy(text, note.p, note.n);
	*out = fb_slice(text, note.n);
	if (summary.n) {
		memcpy(text + note.n, ": ", 2);
		memcpy(text + note.n + 2, summary.p, summary.n);
		out->n += 2 + summary.n;
	}
	return 0;
}

int fb_gather_event(struct fb_gather *g, struct fb_cur *c, uint32_t nrules)
{
	struct fb_detection d = { 0 };
	struct fb_slice hits, original, summary;
	struct fb_cur own;
	uint32_t n;
	char *copy;

	if (!fb_cur_u32(c, &n) || n == 0 || n > 8 * FB_HITS_MAX ||
	    !fb_cur_take(c, (size_t)n * 9, &hits) || !entries_valid(hits, nrules))
		return FB_EINPUT;
	if (g->ndetections + n > FB_UNIT_DETECTIONS_MAX) {
		g->lost += n;
		return 0;
	}
	copy = fb_arena_strn(&g->arena, c->p + c->at, fb_cur_left(c));
	if (!copy) {
		g->lost += n; /* the unit has more to tell than its limit */
		return 0;
	}
	own = fb_cur(fb_slice(copy, fb_cur_left(c)));
	if (!get_event(&own, g, &d))
		return FB_EINPUT;
	original = d.original;
	summary = d.summary;
	for (size_t i = 0; i < hits.n; i += 9) {
		int r;

		if (grow((void **)&g->detections, &g->detections_cap, g->ndetections,
			 sizeof *g->detections))
			return FB_ENOMEM;
		d.rule = fb_le32(hits.p + i);
		d.sub = fb_le32(hits.p + i + 4);
		d.original = hits.p[i + 8] & 1 ? original : fb_slice(NULL, 0);
		if (!get_values(&own, hits.p[i + 8], &d.values))
			return FB_EINPUT;
		r = get_note(g, &own, hits.p[i + 8], summary, &d.summary);
		if (r)
			return r;
		g->detections[g->ndetections++] = d;
	}
	return fb_cur_left(&own) ? FB_EINPUT : 0;
}

int fb_read_problem(struct fb_cur *c, struct fb_arena *arena, struct fb_problem *out)
{
	struct fb_problem p = { 0 };
	uint8_t why, skipped;
	char *copy;

	if (!fb_cur_u64(c, &p.offset) || !fb_cur_u64(c, &p.length) || !fb_cur_u8(c, &why) ||
	    why >= FB_WHY_COUNT || !fb_cur_u8(c, &skipped) || skipped > 1 ||
	    !get_text(c, FB_PROBLEM_TEXT_MAX, &p.text))
		return FB_EINPUT;
	copy = fb_arena_strn(arena, p.text.p, p.text.n);
	if (!copy)
		return FB_ENOMEM;
	p.text.p = (const uint8_t *)copy;
	p.why = (enum fb_why)why;
	p.skipped = skipped;
	*out = p;
	return 0;
}

static int add_problem(struct fb_gather *g, const struct fb_problem *p)
{
	if (grow((void **)&g->problems, &g->problems_cap, g->nproblems, sizeof *g->problems))
		return FB_ENOMEM;
	g->problems[g->nproblems++] = *p;
	return 0;
}

int fb_gather_problem(struct fb_gather *g, struct fb_cur *c)
{
	struct fb_problem p;
	int r = fb_read_problem(c, &g->arena, &p);

	if (r)
		return r;
	/* Per piece the listed ones, the totals per reason, and two words on what is more. */
	if (fb_cur_left(c) || p.offset < g->at || p.offset > g->end ||
	    p.length > g->end - p.offset ||
	    g->nproblems - g->mark_problems > FB_PROBLEMS_MAX + FB_WHY_COUNT + 1)
		return FB_EINPUT;
	return add_problem(g, &p);
}

static int add_host(struct fb_gather *g, struct fb_slice host, uint64_t events)
{
	char *copy;

	for (size_t i = 0; i < g->nhosts; i++)
		if (fb_slice_eq(g->hosts[i].host, host)) {
			g->hosts[i].events += events;
			return 0;
		}
	if (g->nhosts == FB_UNIT_HOSTS_MAX)
		return 0;
	copy = fb_arena_strn(&g->arena, host.p, host.n);
	if (!copy)
		return FB_ENOMEM;
	g->hosts[g->nhosts++] = (struct fb_host_count){ fb_slice(copy, host.n), events };
	return 0;
}

/* ---- what was recorded ---- */

static bool keep(struct fb_gather *g, struct fb_slice *s)
{
	char *copy;

	if (s->n == 0)
		return true;
	copy = fb_arena_strn(&g->texts, s->p, s->n);
	s->p = (const uint8_t *)copy;
	return copy != NULL;
}

/* Many pieces of a unit may hold more than there is room for. */
static int too_much(struct fb_gather *g)
{
	if (g->excess)
		return 0;
	g->excess = true;
	return add_problem(g, &(struct fb_problem){ .offset = g->at, .why = FB_WHY_LIMIT,
		.text = FB_LIT("kinds of records, record numbers, notices and pages beyond the limit are not kept") });
}

static bool times_valid(fb_time first, fb_time last)
{
	return (first == FB_TIME_NONE) == (last == FB_TIME_NONE) && first <= last;
}

static bool get_kind(struct fb_cur *c, struct fb_kind *k)
{
	uint64_t first, last;
	uint8_t lane;

	if (!fb_cur_u8(c, &lane) || lane >= FB_LANE_COUNT || !fb_cur_u32(c, &k->event_id) ||
	    !get_text(c, FB_KIND_TEXT_MAX, &k->host) || !get_text(c, FB_KIND_TEXT_MAX, &k->channel) ||
	    !get_text(c, FB_KIND_TEXT_MAX, &k->provider) ||
	    !get_text(c, FB_KIND_COLUMNS_MAX, &k->columns) || !fb_cur_u64(c, &k->events) ||
	    !fb_cur_u64(c, &k->filled) || !fb_cur_u64(c, &first) || !fb_cur_u64(c, &last))
		return false;
	k->lane = (enum fb_lane)lane;
	k->first = (fb_time)first;
	k->last = (fb_time)last;
	return k->events && k->filled <= k->events && times_valid(k->first, k->last);
}

int fb_gather_kinds(struct fb_gather *g, struct fb_cur *c)
{
	while (fb_cur_left(c)) {
		struct fb_kind k = { 0 };

		if (!get_kind(c, &k) || g->nkinds - g->mark_kinds == FB_UNIT_KINDS_MAX)
			return FB_EINPUT;
		if (!keep(g, &k.host) || !keep(g, &k.channel) || !keep(g, &k.provider) ||
		    !keep(g, &k.columns))
			return too_much(g);
		if (grow((void **)&g->kinds, &g->kinds_cap, g->nkinds, sizeof *g->kinds))
			return FB_ENOMEM;
		g->kinds[g->nkinds++] = k;
	}
	return 0;
}

static bool get_series(struct fb_cur *c, struct fb_series *s)
{
	uint64_t first, last;
	uint8_t renumbered;

	if (!get_text(c, FB_KIND_TEXT_MAX, &s->host) || !get_text(c, FB_KIND_TEXT_MAX, &s->channel) ||
	    !fb_cur_u64(c, &s->first) || !fb_cur_u64(c, &s->last) || !fb_cur_u64(c, &first) ||
	    !fb_cur_u64(c, &last) || !fb_cur_u8(c, &renumbered) || renumbered > 1)
		return false;
	s->first_time = (fb_time)first;
	s->last_time = (fb_time)last;
	s->renumbered = renumbered;
	if (!s->first || s->first > s->last || !fb_get_bytes(c, (size_t)FB_UNIT_SUMS_MAX * FB_BLOCK_SUM_SIZE, &s->sums))
		return false;
	return s->sums.n == 0 || s->sums.n / FB_BLOCK_SUM_SIZE == fb_block_sums_of(s->first, s->last);
}

int fb_gather_series(struct fb_gather *g, struct fb_cur *c)
{
	while (fb_cur_left(c)) {
		struct fb_series s = { 0 };

		/* More records than the bytes hold would hide what is missing. */
		if (!get_series(c, &s) || s.last - s.first > g->end - g->at ||
		    g->nseries - g->mark_series == FB_UNIT_SERIES_MAX)
			return FB_EINPUT;
		if (!keep(g, &s.host) || !keep(g, &s.channel) || !keep(g, &s.sums))
			return too_much(g);
		if (grow((void **)&g->series, &g->series_cap, g->nseries, sizeof *g->series))
			return FB_ENOMEM;
		g->series[g->nseries++] = s;
	}
	return 0;
}

static bool get_notice(struct fb_cur *c, struct fb_notice *m)
{
	uint64_t time, other;
	uint8_t what;

	if (!fb_cur_u8(c, &what) || what >= FB_NOTICE_COUNT || !fb_cur_u64(c, &m->record) ||
	    !fb_cur_u64(c, &time) || !fb_cur_u64(c, &other) || !fb_cur_u32(c, &m->flags))
		return false;
	m->what = (enum fb_notice_what)what;
	m->time = (fb_time)time;
	m->other = (fb_time)other;
	return get_text(c, FB_KIND_TEXT_MAX, &m->host) && get_text(c, FB_KIND_TEXT_MAX, &m->text);
}

int fb_gather_notices(struct fb_gather *g, struct fb_cur *c)
{
	while (fb_cur_left(c)) {
		struct fb_notice m = { 0 };

		if (!get_notice(c, &m) || g->nnotices - g->mark_notices == FB_UNIT_NOTICES_MAX)
			return FB_EINPUT;
		if (!keep(g, &m.host) || !keep(g, &m.text))
			return too_much(g);
		if (grow((void **)&g->notices, &g->notices_cap, g->nnotices, sizeof *g->notices))
			return FB_ENOMEM;
		g->notices[g->nnotices++] = m;
	}
	return 0;
}

int fb_gather_pages(struct fb_gather *g, struct fb_cur *c)
{
	while (fb_cur_left(c)) {
		struct fb_page page;
		size_t at = c->at;

		if (!fb_page_get(c, &page) || g->npages++ == FB_UNIT_PAGES_MAX ||
		    page.requests > g->end - g->at || page.referred > g->end - g->at)
			return FB_EINPUT;
		if (c->at - at > g->pages.max - g->pages.n)
			return too_much(g);
		if (fb_buf_put(&g->pages, c->p + at, c->at - at))
			return FB_ENOMEM;
	}
	return 0;
}

int fb_gather_flows(struct fb_gather *g, struct fb_cur *c)
{
	while (fb_cur_left(c)) {
		struct fb_flow flow;
		size_t at = c->at;

		/* One more than there is room for: what is beyond. */
		if (!fb_flow_get(c, &flow) || g->nflows++ > FB_UNIT_FLOWS_MAX || flow.records > g->end - g->at ||
		    (flow.kind != FB_FLOW_BEYOND && (flow.offset < g->at || flow.offset >= g->end)))
			return FB_EINPUT;
		/* A bound that lacks some of them would be none. */
		if (c->at - at > g->flows.max - g->flows.n)
			return FB_EINPUT;
		if (fb_buf_put(&g->flows, c->p + at, c->at - at))
			return FB_ENOMEM;
	}
	return 0;
}

/* The kinds of the piece: no more events than it has; and their hosts. */
static int count_kinds(struct fb_gather *g, uint64_t events)
{
	uint64_t sum = 0;
	int r = 0;

	for (size_t i = g->mark_kinds; i < g->nkinds && r == 0; i++) {
		const struct fb_kind *k = &g->kinds[i];

		if (k->events > events - sum)
			return FB_EINPUT;
		sum += k->events;
		if (k->host.n)
			r = add_host(g, k->host, k->events);
	}
	return r;
}

int fb_gather_end(struct fb_gather *g, struct fb_cur *c)
{
	uint64_t events, first, last, decoded, rejected, skipped, lost, sum;
	int r;

	if (!fb_cur_u64(c, &events) || !fb_cur_u64(c, &first) || !fb_cur_u64(c, &last) ||
	    !fb_cur_u64(c, &decoded) || !fb_cur_u64(c, &rejected) || !fb_cur_u64(c, &skipped) ||
	    !fb_cur_u64(c, &lost) || fb_cur_left(c))
		return FB_EINPUT;
	if (__builtin_add_overflow(decoded, rejected, &sum) ||
	    __builtin_add_overflow(sum, skipped, &sum) || sum != g->end - g->at ||
	    events > sum)
		return FB_EINPUT;
	r = count_kinds(g, events);
	if (r)
		return r;
	g->events += events;
	g->decoded += decoded;
	g->rejected += rejected;
	g->skipped += skipped;
	g->lost += lost;
	if ((fb_time)first != FB_TIME_NONE && (g->first == FB_TIME_NONE || (fb_time)first < g->first))
		g->first = (fb_time)first;
	if ((fb_time)last != FB_TIME_NONE && (g->last == FB_TIME_NONE || (fb_time)last > g->last))
		g->last = (fb_time)last;
	return 0;
}

int fb_gather_lost(struct fb_gather *g, enum fb_why why)
{
	struct fb_problem p = { .offset = g->at, .length = g->end - g->at, .why = why };

	fb_gather_rollback(g);
	g->rejected += p.length;
	return add_problem(g, &p);
}
