/* The matcher: decodes a unit that lies in a slab, tries the rules on each event,
 * and tells the broker what was found. It owns no descriptor but its socket. */
#include "engine/flows.h"
#include "engine/pages.h"
#include "engine/telemetry.h"
#include "engine/wire.h"
#include "engine/zygote.h"

#include "event/entity.h"
#include "event/value.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Frames are collected up to this size before they are sent. */
#define SEND_AT (64u << 10)
#define HOST_MAX 256
#define WORD_MAX 512

struct skipped {
	uint64_t first, bytes;
};

struct fb_matcher {
	const struct fb_tables *t;
	const struct fb_pool *pool;
	int sock;
	void *state[FB_RULESETS_MAX]; /* of each ruleset */
	uint32_t base[FB_RULESETS_MAX]; /* its first rule's number */
	uint32_t nrules;
	uint8_t *originals; /* per rule: how many were sent in this unit */
	struct fb_hits *hits;
	struct fb_buf out, text, scratch, values;
	struct fb_arena arena;
	struct fb_keep keep; /* of decoders, for the next unit */
	struct fb_ctx ctx, ctx2;

	/* the unit or piece in work */
	const struct fb_format *format;
	bool all_originals;
	uint8_t flags; /* enum fb_m_flags */
	uint64_t events, lost, more_problems;
	unsigned nproblems;
	fb_time first, last;
	struct fb_telemetry *telemetry;
	struct fb_pages *pages;
	struct fb_flows *flows;
	struct skipped skips[FB_WHY_COUNT];
	int send_code;
};

struct unit_sink {
	struct fb_sink sink;
	struct fb_matcher *m;
};

int fb_matcher_open(const struct fb_tables *t, const struct fb_pool *pool, struct fb_matcher **out)
{
	struct fb_matcher *m = calloc(1, sizeof *m);

	if (!m)
		return FB_ENOMEM;
	m->t = t;
	m->pool = malloc(sizeof *pool);
	if (!m->pool || t->nrulesets > sizeof m->state / sizeof *m->state)
		goto fail;
	*(struct fb_pool *)(uintptr_t)m->pool = *pool;
	for (unsigned i = 0; i < t->nrulesets; i++) {
		m->base[i] = m->nrules;
		m->nrules += t->rules[i]->nrules;
		if (t->rules[i]->kind->match && t->rules[i]->kind->open(t->rules[i], &m->state[i]))
			goto fail;
	}
	m->originals = calloc(m->nrules + 1, 1);
	m->hits = malloc(sizeof *m->hits);
	m->telemetry = fb_telemetry_new();
	m->pages = fb_pages_new();
	m->flows = fb_flows_new();
	if (!m->originals || !m->hits || !m->telemetry || !m->pages || !m->flows)
		goto fail;
	fb_buf_init(&m->out, 4 * (size_t)FB_MESSAGE_MAX);
	/* A renderer that had to cut ends above FB_RENDERED_MAX: what it puts at once is a
	 * value, or a copy of what it put before. */
	fb_buf_init(&m->text, 3 * (size_t)FB_MESSAGE_MAX);
	fb_buf_init(&m->scratch, FB_MESSAGE_MAX);
	fb_buf_init(&m->values, FB_MESSAGE_MAX);
	fb_arena_init(&m->arena, FB_UNIT_RESULT_MAX);
	*out = m;
	return 0;
fail:
	return FB_ENOMEM; /* the process ends; nothing to give back */
}

/* A frame that memory did not suffice for must end the worker: nothing of it may look
 * as if it had been said. */
static int flush(struct fb_matcher *m, size_t above)
{
	if (m->send_code == 0)
		m->send_code = fb_buf_code(&m->out);
	if (m->send_code == 0 && m->out.n > above)
		m->send_code = fb_wire_send(m->sock, &m->out);
	return m->send_code;
}

/* ---- one event ---- */

/* What ran out of memory spoils the frame; what was cut at a limit does not. */
static void note(struct fb_matcher *m, int code)
{
	if (code == FB_ENOMEM || m->text.code == FB_ENOMEM)
		m->out.code = FB_ENOMEM;
}

/* A field as text of at most max bytes, behind its length. */
static void put_text(struct fb_matcher *m, const struct fb_field *f, size_t max)
{
	struct fb_slice s;

	fb_buf_clear(&m->text);
	if (f)
		note(m, fb_value_text(f, &m->text));
	s = fb_buf_view(&m->text);
	if (s.n > max) {
		s.n = max;
		while (s.n && (s.p[s.n] & 0xC0) == 0x80)
			s.n--;
	}
	fb_put_bytes(&m->out, s);
}

static void put_rendered(struct fb_matcher *m, const struct fb_event *ev,
			 int (*make)(const struct fb_event *, struct fb_buf *), size_t max)
{
	struct fb_slice s;

	fb_buf_clear(&m->text);
	note(m, make(ev, &m->text));
	s = fb_slice(m->text.p, m->text.n);
	if (s.n > max) {
		s.n = max;
		while (s.n && (s.p[s.n] & 0xC0) == 0x80)
			s.n--;
	}
	fb_put_bytes(&m->out, s);
}

static int put_entity(void *user, enum fb_entity_type type, struct fb_slice value)
{
	struct fb_matcher *m = user;

	(void)fb_buf_putc(&m->text, (uint8_t)type);
	(void)fb_buf_u16(&m->text, (uint16_t)value.n);
	(void)fb_buf_slice(&m->text, value);
	return 0;
}

/* Does a rule that hit still want the original kept? */
static bool want_original(struct fb_matcher *m, uint32_t rule)
{
	if (m->all_originals)
		return true;
	if (m->flags & (FB_M_HIT | FB_M_PLACE))
		return false;
	if (m->originals[rule] >= FB_ORIGINALS_PER_UNIT)
		return false;
	m->originals[rule]++;
	return true;
}

/* What correlations want to know of the hit: collected, and sent behind the event. */
static bool put_values(struct fb_matcher *m, unsigned set, uint32_t rule)
{
	const struct fb_ruleset *rules = m->t->rules[set];
	struct fb_slice s = { 0 };

	if ((!rules->correlations && !rules->kind->always) || !rules->kind->values)
		return false;
	s = rules->kind->values(m->state[set], rule);
	if (s.n)
		fb_put_bytes(&m->values, s);
	return s.n != 0;
}

/* What the hit is about; behind its values. */
static bool put_note(struct fb_matcher *m, unsigned set, const struct fb_hit *hit)
{
	const struct fb_rulekind *kind = m->t->rules[set]->kind;
	struct fb_slice s = { 0 };

	if (!kind->note)
		return false;
	s = kind->note(m->state[set], hit->rule, hit->sub);
	if (s.n)
		fb_put_bytes(&m->values, s);
	return s.n != 0;
}

static void put_hits(struct fb_matcher *m, unsigned kind, bool *original)
{
	uint32_t base = m->base[kind];

	for (uint32_t i = 0; i < m->hits->n; i++) {
		const struct fb_hit *hit = &m->hits->v[i];
		bool keep = want_original(m, base + hit->rule);
		bool values = put_values(m, kind, hit->rule), noted = put_note(m, kind, hit);

		(void)fb_buf_u32(&m->out, base + hit->rule);
		(void)fb_buf_u32(&m->out, hit->sub);
		(void)fb_buf_putc(&m->out, (uint8_t)(keep | values << 1 | noted << 2));
		*original |= keep;
	}
}

/* The record as text, whole or, when it is too long, nothing. */
static void put_whole(struct fb_matcher *m, const struct fb_event *ev)
{
	int (*make)(const struct fb_event *, struct fb_buf *) =
		m->flags & FB_M_JSON ? m->format->json : m->format->render;

	int code;

	fb_buf_clear(&m->text);
	code = make ? make(ev, &m->text) : FB_EINPUT;
	note(m, code);
	if (code || m->text.n > FB_RENDERED_MAX)
		(void)fb_buf_u32(&m->out, 0);
	else
		fb_put_bytes(&m->out, fb_buf_view(&m->text));
}

static void put_place(struct fb_matcher *m, const struct fb_event *ev)
{
	(void)fb_buf_u64(&m->out, (uint64_t)ev->time);
	(void)fb_buf_putc(&m->out, ev->time_digits);
	(void)fb_buf_putc(&m->out, ev->time_flags);
	(void)fb_buf_putc(&m->out, ev->flags);
	(void)fb_buf_u64(&m->out, ev->offset);
	(void)fb_buf_u64(&m->out, ev->length);
	(void)fb_buf_u64(&m->out, ev->record);
	(void)fb_buf_u64(&m->out, ev->line);
	(void)fb_buf_u32(&m->out, ev->event_id);
	(void)fb_buf_u32(&m->out, fb_telemetry_content(ev));
}

static void put_event(struct fb_matcher *m, const struct fb_event *ev, bool original)
{
	put_place(m, ev);
	if (m->flags & FB_M_RENDER) {
		for (unsigned i = 0; i < 5; i++) /* host, channel, provider, summary, entities */
			(void)fb_buf_u32(&m->out, 0);
		put_whole(m, ev);
		return;
	}
	put_text(m, ev->computer, HOST_MAX);
	put_text(m, ev->channel, WORD_MAX);
	put_text(m, ev->provider, WORD_MAX);
	if (m->flags & FB_M_PLACE) {
		(void)fb_buf_u32(&m->out, 0);
		(void)fb_buf_u32(&m->out, 0);
	} else {
		put_rendered(m, ev, m->format->summarise, FB_SUMMARY_MAX);
		fb_buf_clear(&m->text);
		note(m, fb_entities(ev, put_entity, m));
		fb_put_bytes(&m->out, fb_buf_view(&m->text));
	}
	if (original)
		put_rendered(m, ev, m->format->render, FB_ORIGINAL_MAX);
	else
		(void)fb_buf_u32(&m->out, 0);
	(void)fb_buf_slice(&m->out, fb_buf_view(&m->values));
}

/* All rule kinds on one event; a frame when any hit: the hits with their number in
 * front, then the event. */
static int match(struct fb_matcher *m, const struct fb_event *ev)
{
	size_t frame = 0, count_at = 0;
	uint32_t total = 0;
	bool original = false;

	fb_buf_clear(&m->values);
	for (unsigned i = 0; i < m->t->nrulesets; i++) {
		int r;

		if (!m->t->rules[i]->kind->match)
			continue;
		m->hits->n = m->hits->lost = 0;
		r = m->t->rules[i]->kind->match(m->state[i], ev, m->hits);
		if (r)
			return r;
		m->lost += m->hits->lost;
		if (m->hits->n == 0)
			continue;
		if (total == 0) {
			frame = fb_frame_begin(&m->out, FB_M_EVENT);
			count_at = m->out.n;
			(void)fb_buf_u32(&m->out, 0);
		}
		total += m->hits->n;
		put_hits(m, i, &original);
	}
	if (total == 0)
		return 0;
	put_event(m, ev, original);
	if (m->out.code || m->values.code)
		return FB_ENOMEM;
	for (unsigned i = 0; i < 4; i++)
		m->out.p[count_at + i] = (uint8_t)(total >> (8 * i));
	fb_frame_end(&m->out, frame);
	return flush(m, SEND_AT);
}

/* The reading that the case is made of, and none that looks for something in it again. */
static bool is_first(const struct fb_matcher *m)
{
	return !(m->flags & (FB_M_RENDER | FB_M_HIT | FB_M_PLACE | FB_M_SIFT));
}

static int on_event(struct fb_sink *sink, const struct fb_event *ev)
{
	struct fb_matcher *m = ((struct unit_sink *)(void *)sink)->m;

	m->events++;
	if (ev->time != FB_TIME_NONE) {
		if (m->first == FB_TIME_NONE || ev->time < m->first)
			m->first = ev->time;
		if (m->last == FB_TIME_NONE || ev->time > m->last)
			m->last = ev->time;
	}
	if (is_first(m)) {
		fb_telemetry_event(m->telemetry, ev);
		if (ev->lane == FB_LANE_WEB)
			fb_pages_event(m->pages, ev);
		fb_flows_event(m->flows, ev);
	}
	return match(m, ev);
}

/* ---- what did not become an event ---- */

static void send_problem(struct fb_matcher *m, uint64_t offset, uint64_t length, enum fb_why why,
			 bool skipped, const char *text)
{
	struct fb_slice s = fb_slice_str(text);
	size_t frame = fb_frame_begin(&m->out, FB_M_PROBLEM);

	if (s.n > FB_PROBLEM_TEXT_MAX)
		s.n = FB_PROBLEM_TEXT_MAX;
	(void)fb_buf_u64(&m->out, offset);
	(void)fb_buf_u64(&m->out, length);
	(void)fb_buf_putc(&m->out, (uint8_t)why);
	(void)fb_buf_putc(&m->out, skipped);
	fb_put_bytes(&m->out, s);
	fb_frame_end(&m->out, frame);
	(void)flush(m, SEND_AT);
}

static void on_problem(struct fb_sink *sink, uint64_t offset, uint64_t length, enum fb_why why,
		       const char *text)
{
	struct fb_matcher *m = ((struct unit_sink *)(void *)sink)->m;

	if (m->nproblems == FB_PROBLEMS_MAX) {
		m->more_problems++;
		return;
	}
	m->nproblems++;
	send_problem(m, offset, length, why, false, text);
}

static void on_skip(struct fb_sink *sink, uint64_t offset, uint64_t length, enum fb_why why)
{
	struct fb_matcher *m = ((struct unit_sink *)(void *)sink)->m;
	struct skipped *s = &m->skips[why < FB_WHY_COUNT ? why : FB_WHY_NONE];

	if (s->bytes == 0)
		s->first = offset;
	s->bytes += length;
}

static void on_note(struct fb_sink *sink, const struct fb_note *note)
{
	fb_telemetry_note(((struct unit_sink *)(void *)sink)->m->telemetry, note);
}

/* ---- units ---- */

static void begin_unit(struct fb_matcher *m)
{
	m->events = m->lost = m->more_problems = 0;
	m->nproblems = 0;
	fb_telemetry_begin(m->telemetry);
	fb_pages_begin(m->pages);
	fb_flows_begin(m->flows);
	m->first = m->last = FB_TIME_NONE;
	memset(m->skips, 0, sizeof m->skips);
	fb_arena_reset(&m->arena);
}

static void send_recorded(struct fb_matcher *m, uint64_t base)
{
	char excess[FB_PROBLEM_TEXT_MAX];

	fb_telemetry_excess(m->telemetry, excess);
	if (*excess)
		send_problem(m, base, 0, FB_WHY_LIMIT, false, excess);
	if (fb_pages_beyond(m->pages)) {
		(void)snprintf(excess, sizeof excess, "%llu requests for pages beyond those that are"
			       " told apart in a unit", (unsigned long long)fb_pages_beyond(m->pages));
		send_problem(m, base, 0, FB_WHY_LIMIT, false, excess);
	}
	if (!is_first(m))
		return;
	while (m->send_code == 0 &&
	       (fb_telemetry_put(m->telemetry, &m->out) || fb_pages_put(m->pages, &m->out) ||
		fb_flows_put(m->flows, &m->out)))
		(void)flush(m, SEND_AT);
}

static void send_end(struct fb_matcher *m, const struct fb_sink *sink, uint64_t base)
{
	size_t frame;

	for (unsigned why = 0; why < FB_WHY_COUNT; why++)
		if (m->skips[why].bytes)
			send_problem(m, m->skips[why].first, m->skips[why].bytes,
				     (enum fb_why)why, true, "");
	if (m->more_problems)
		send_problem(m, base, 0, FB_WHY_LIMIT, false, "more problems than are listed");
	send_recorded(m, base);
	frame = fb_frame_begin(&m->out, FB_M_END);
	(void)fb_buf_u64(&m->out, m->events);
	(void)fb_buf_u64(&m->out, (uint64_t)m->first);
	(void)fb_buf_u64(&m->out, (uint64_t)m->last);
	(void)fb_buf_u64(&m->out, sink->decoded);
	(void)fb_buf_u64(&m->out, sink->rejected);
	(void)fb_buf_u64(&m->out, sink->skipped);
	(void)fb_buf_u64(&m->out, m->lost);
	fb_frame_end(&m->out, frame);
}

/* Could a rule hit an event of these bytes? All are asked: they remember what they saw. */
static bool may_hit(struct fb_matcher *m, struct fb_slice bytes)
{
	bool any = false;

	for (unsigned i = 0; i < m->t->nrulesets; i++) {
		const struct fb_rulekind *kind = m->t->rules[i]->kind;
		bool may = !kind->may || kind->may(m->state[i], m->format->lane,
								m->format->as_written, bytes);

		any = any || may;
	}
	return any;
}

/* The same of one line of what may_hit saw last. */
static bool line_may_hit(struct fb_sink *sink, struct fb_slice line)
{
	struct fb_matcher *m = ((struct unit_sink *)(void *)sink)->m;
	bool any = false;

	for (unsigned i = 0; i < m->t->nrulesets; i++) {
		const struct fb_rulekind *kind = m->t->rules[i]->kind;
		bool may = !kind->may_line || kind->may_line(m->state[i], line);

		any = any || may;
	}
	return any;
}

/* The pieces of the unit in which something can be hit; the others count as decoded. */
static int decode_sifted(struct fb_matcher *m, const struct fb_unit *unit, struct fb_sink *sink)
{
	size_t at = 0;

	m->ctx2 = *unit->ctx;
	while (at < unit->data.n) {
		struct fb_slice rest = fb_slice_sub(unit->data, at, unit->data.n);
		struct fb_unit piece;
		size_t n;

		m->ctx = m->ctx2;
		n = m->format->split(rest, true, FB_UNIT_MIN, &m->ctx2);
		if (n == 0 || n > rest.n)
			return FB_EINPUT;
		piece = (struct fb_unit){ fb_slice_sub(rest, 0, n), unit->base + at,
					  unit->last && n == rest.n, &m->ctx };
		if (may_hit(m, piece.data)) {
			int r = fb_format_decode(m->format, &piece, sink);

			if (r)
				return r;
			fb_arena_reset(&m->arena);
		} else {
			fb_sink_decoded(sink, n);
		}
		at += n;
	}
	return 0;
}

static int decode_unit(struct fb_matcher *m, const struct fb_unit *unit)
{
	struct unit_sink s = {
		.sink = { .syms = m->t->syms, .arena = &m->arena, .keep = &m->keep, .event = on_event,
			  .problem = on_problem, .skip = on_skip, .note = on_note },
		.m = m,
	};
	int r = 0;

	begin_unit(m);
	/* Line by line there are no pieces to be left out. */
	if ((m->flags & FB_M_SIFT) && m->format->as_written)
		s.sink.wants = line_may_hit;
	if ((m->flags & FB_M_SIFT) && !may_hit(m, unit->data))
		fb_sink_decoded(&s.sink, unit->data.n);
	else if ((m->flags & FB_M_SIFT) && !(m->flags & FB_M_MINIMAL) && !m->format->as_written)
		r = decode_sifted(m, unit, &s.sink);
	else
		r = fb_format_decode(m->format, unit, &s.sink);
	if (r)
		return r;
	send_end(m, &s.sink, unit->base);
	return flush(m, 0);
}

/* The unit again, cut as small as the format allows, each piece announced before it
 * is decoded: the broker then knows which one a death is due to. */
static int decode_minimal(struct fb_matcher *m, const struct fb_unit *unit)
{
	size_t at = 0;

	m->ctx2 = *unit->ctx;
	while (at < unit->data.n) {
		struct fb_slice rest = fb_slice_sub(unit->data, at, unit->data.n);
		struct fb_unit piece;
		size_t frame, n;
		int r;

		m->ctx = m->ctx2;
		n = m->format->split(rest, true, FB_UNIT_MIN, &m->ctx2);
		if (n == 0 || n > rest.n)
			return FB_EINPUT;
		piece = (struct fb_unit){ fb_slice_sub(rest, 0, n), unit->base + at,
					  unit->last && n == rest.n, &m->ctx };
		frame = fb_frame_begin(&m->out, FB_M_PIECE);
		(void)fb_buf_u32(&m->out, (uint32_t)at);
		(void)fb_buf_u32(&m->out, (uint32_t)n);
		(void)fb_buf_put(&m->out, m->ctx2.bytes, m->ctx2.n);
		fb_frame_end(&m->out, frame);
		r = flush(m, 0);
		if (r == 0)
			r = decode_unit(m, &piece);
		if (r)
			return r;
		at += n;
	}
	return 0;
}

static int run_unit(struct fb_matcher *m, struct fb_frame *f)
{
	uint32_t format, slab, at, len;
	struct fb_unit unit = { .ctx = &m->ctx };
	uint64_t base;
	uint8_t flags;

	if (!fb_cur_u32(&f->body, &format) || !fb_cur_u32(&f->body, &slab) ||
	    !fb_cur_u32(&f->body, &at) || !fb_cur_u32(&f->body, &len) ||
	    !fb_cur_u64(&f->body, &base) || !fb_cur_u8(&f->body, &flags) ||
	    format >= m->t->nformats || slab >= m->pool->nslabs || at > FB_SLAB_SIZE ||
	    len > FB_SLAB_SIZE - at || fb_cur_left(&f->body) > FB_CTX_MAX)
		return FB_EINPUT;
	m->ctx.n = (uint32_t)fb_cur_left(&f->body);
	if (m->ctx.n)
		memcpy(m->ctx.bytes, f->body.p + f->body.at, m->ctx.n);
	unit.data = fb_slice(fb_pool_slab(m->pool, slab) + at, len);
	unit.base = base;
	unit.last = flags & FB_M_LAST;
	m->format = m->t->formats[format];
	m->flags = flags;
	m->all_originals = flags & FB_M_ORIGINALS;
	memset(m->originals, 0, m->nrules);
	return flags & FB_M_MINIMAL ? decode_minimal(m, &unit) : decode_unit(m, &unit);
}

void fb_matcher_run(struct fb_matcher *m, int sock)
{
	struct fb_frame f;

	m->sock = sock;
	while (fb_wire_recv(sock, &m->scratch, &f) == 0)
		if (f.type != FB_M_UNIT || run_unit(m, &f))
			_exit(4);
}
