/* Matching: is an event what a query asks for? */
#include "detect/query/set.h"

#include "base/cursor.h"
#include "base/limits.h"
#include "base/text.h"
#include "event/value.h"

#include <stdlib.h>

#define JIT_STACK_MIN (32u << 10)
#define JIT_STACK_MAX (512u << 10)
#define TEXT_ROOM (64u << 10)
/* Between values that are searched as one; in no UTF-8. */
#define BETWEEN 0xFFu
/* Names of fields that are remembered, and their bytes. */
#define NAMES 1024
#define NAME_BYTES 63
/* Of security identifiers a machine has few. Those of accounts have 28 bytes. */
#define SIDS 16
#define SID_BYTES 28
/* A long value ends in its hash, so that two of one beginning stay apart. */
#define HASH_DIGITS (2 * FB_SHA256)
/* Of texts in a unit. With more of them most lines have one. */
#define MARKS 32768

struct qu_state {
	const struct qu_set *s;
	const struct fb_event *ev;
	struct fb_buf joined; /* the event's names and texts, folded unless cased */
	struct fb_buf value, values;
	bool joined_made;     /* … of this event */
	bool lost;            /* something was beyond a limit */
	bool nomem;           /* memory ran out, now or before */
	/* Of the bytes at hand: the terms that the sieve knows and did not see. Values that
	 * are text and one piece are then not looked at. */
	uint64_t absent;
	/* By line: where which term's text was seen in them: the byte that it ends with. */
	const uint8_t *bytes;
	const struct qu_sieve *lines; /* NULL: not looked for by line */
	struct mark {
		uint32_t at;
		uint8_t term;
	} *marks;
	uint32_t nmarks, mark;
	bool mixed;          /* they are not in order yet */
	struct known_name {
		const uint8_t *at;
		uint8_t n, bytes[NAME_BYTES];
		uint64_t holds; /* the terms whose text stands in it */
	} *names;
	struct known_sid {
		const struct qu_term *term; /* NULL: none */
		uint8_t n, bytes[SID_BYTES];
		bool holds;
	} sids[SIDS];
	hs_scratch_t *scratch;
	pcre2_match_data *match;
	pcre2_match_context *context;
	pcre2_jit_stack *stack;
};

int qu_open(const struct fb_ruleset *set, void **state)
{
	const struct qu_set *s = set->compiled;
	struct qu_state *st = calloc(1, sizeof *st);

	if (!st)
		return FB_ENOMEM;
	st->s = s;
	fb_buf_init(&st->joined, FB_EVENT_TEXT_MAX);
	fb_buf_init(&st->value, FB_EVENT_TEXT_MAX);
	fb_buf_init(&st->values, (size_t)FB_CAPTURES_MAX * (FB_CAPTURE_VALUE_MAX + 2));
	st->match = pcre2_match_data_create(2, NULL);
	st->context = pcre2_match_context_create(NULL);
	st->stack = pcre2_jit_stack_create(JIT_STACK_MIN, JIT_STACK_MAX, NULL);
	st->names = calloc(NAMES, sizeof *st->names);
	st->marks = calloc(MARKS, sizeof *st->marks);
	if (!st->names || !st->marks || !st->match || !st->context || !st->stack ||
	    fb_buf_reserve(&st->joined, TEXT_ROOM) || fb_buf_reserve(&st->value, TEXT_ROOM) ||
	    (s->scratch && hs_clone_scratch(s->scratch, &st->scratch) != HS_SUCCESS)) {
		qu_close(st);
		return FB_ENOMEM;
	}
	/* Counts, not the clock: the same on every machine. */
	(void)pcre2_set_match_limit(st->context, FB_REGEX_MATCH_LIMIT);
	(void)pcre2_set_depth_limit(st->context, 1000);
	(void)pcre2_set_heap_limit(st->context, 8192);
	pcre2_jit_stack_assign(st->context, NULL, st->stack);
	*state = st;
	return 0;
}

void qu_close(void *state)
{
	struct qu_state *st = state;

	if (!st)
		return;
	free(st->names);
	free(st->marks);
	fb_buf_dispose(&st->joined);
	fb_buf_dispose(&st->value);
	fb_buf_dispose(&st->values);
	pcre2_match_data_free(st->match);
	pcre2_match_context_free(st->context);
	pcre2_jit_stack_free(st->stack);
	if (st->scratch)
		hs_free_scratch(st->scratch);
	free(st);
}

/* ---- which events ---- */

static bool text_is(const struct fb_field *f, const char *word)
{
	size_t n = strlen(word);

	if (!f)
		return false;
	if (f->type == FB_V_UTF8)
		return fb_slice_ieq(f->v, fb_slice(word, n));
	if (f->type != FB_V_UTF16 || f->v.n != 2 * n)
		return false;
	for (size_t i = 0; i < n; i++)
		if (f->v.p[2 * i + 1] ||
		    fb_fold_char(f->v.p[2 * i]) != fb_fold_char((uint8_t)word[i]))
			return false;
	return true;
}

/* What was told in Sigma's terms counts as from the place whose rules see it. */
static bool in_channel(const struct fb_event *ev, const char *const *channels)
{
	for (size_t i = 0; channels[i]; i++)
		if (text_is(ev->as_channel ? ev->as_channel : ev->channel, channels[i]))
			return true;
	return false;
}

static bool has_id(const struct fb_event *ev, const uint32_t *ids)
{
	for (size_t i = 0; ids[i]; i++)
		if (ids[i] == (ev->as_channel ? ev->as_event_id : ev->event_id))
			return true;
	return false;
}

static enum fb_lane lane_of(const struct fb_event *ev)
{
	return ev->as_channel ? FB_LANE_EVTX : ev->lane;
}

static bool is_asked(const struct qu_query *q, const struct fb_event *ev)
{
	return (q->any_lane || q->lane == lane_of(ev)) &&
	       (!q->event_ids || has_id(ev, q->event_ids)) &&
	       (!q->channels || in_channel(ev, (const char *const *)q->channels));
}

static bool in_time(const struct fb_query_options *o, const struct fb_event *ev)
{
	if (o->from == FB_TIME_NONE && o->to == FB_TIME_NONE)
		return true;
	return ev->time != FB_TIME_NONE && (o->from == FB_TIME_NONE || ev->time >= o->from) &&
	       (o->to == FB_TIME_NONE || ev->time < o->to);
}

/* Is the field one of these in this event? */
static bool is_named(const struct qu_names *n, const struct fb_event *ev, uint32_t sym)
{
	if (!sym)
		return false;
	if (sym == n->sym)
		return true;
	for (uint32_t i = 0; i < n->nalias; i++) {
		const struct qu_alias *a = &n->alias[i];

		if (a->sym == sym && a->lane == lane_of(ev) &&
		    (!a->event_ids || has_id(ev, a->event_ids)) &&
		    (!a->channels || in_channel(ev, a->channels)))
			return true;
	}
	return false;
}

/* ---- text ---- */

/* The buffer for one more value; that memory did not suffice for the one before stays
 * known. */
static void next_value(struct qu_state *st)
{
	if (fb_buf_code(&st->value) == FB_ENOMEM)
		st->nomem = true;
	fb_buf_clear(&st->value);
}

/* The value as it is compared, appended. */
static void put_value(const struct qu_state *st, struct fb_buf *out, const struct fb_field *f)
{
	if (st->s->options.cased)
		(void)fb_value_text(f, out);
	else
		(void)fb_value_fold(f, out);
}

static void put_utf8(const struct qu_state *st, struct fb_buf *out, struct fb_slice text)
{
	if (st->s->options.cased)
		(void)fb_utf8_clean(out, text);
	else
		(void)fb_utf8_fold(out, text);
}

static bool is_text(const struct fb_field *f)
{
	uint8_t type = f->type == FB_V_ARRAY ? f->subtype : f->type;

	return type == FB_V_UTF16 || type == FB_V_UTF8 || type == FB_V_ANSI || type == FB_V_URI ||
	       type == FB_V_PARTS;
}

/* Other programs write a FILETIME with six digits of the second. */
static void put_micros(struct fb_buf *out, const struct fb_field *f, size_t from)
{
	size_t n = out->n - from;

	if (f->type != FB_V_FILETIME || n < 12 || out->p[out->n - 9] != '.')
		return;
	(void)fb_buf_putc(out, BETWEEN);
	(void)fb_buf_reserve(out, n);
	(void)fb_buf_put(out, out->p + from, n - 2);
	(void)fb_buf_putc(out, out->p[from + n - 1]);
}

/* Was the line taken from UTF-16? Then none of its values lies in its own bytes. */
static bool is_wide(const struct fb_event *ev)
{
	for (size_t i = 0; i < ev->nfields; i++) {
		const uint8_t *p = ev->fields[i].v.p;

		if (ev->fields[i].v.n && ev->fields[i].type != FB_V_PARTS && p >= ev->raw.p &&
		    p < ev->raw.p + ev->raw.n)
			return false;
	}
	return ev->nfields != 0;
}

static void put_line(const struct qu_state *st, struct fb_buf *out, const struct fb_event *ev,
		     bool as_it_stands)
{
	struct fb_slice line = ev->raw;
	struct fb_field f = { .type = is_wide(ev) ? FB_V_UTF16 : FB_V_UTF8 };
	size_t w = f.type == FB_V_UTF16 ? 2 : 1;

	for (size_t i = 0; i < ev->nfields && w == 1; i++)
		if (ev->fields[i].type == FB_V_ANSI)
			f.type = FB_V_ANSI;
	while (line.n >= w && (line.p[line.n - w] == '\n' || line.p[line.n - w] == '\r') &&
	       (w == 1 || !line.p[line.n - 1]))
		line.n -= w;
	f.v = line;
	if (as_it_stands)
		(void)fb_value_text(&f, out);
	else
		put_value(st, out, &f);
}

/* All names and texts of the event in one: a search over it finds what stands in one value
 * or name. */
static void join(struct qu_state *st)
{
	const struct fb_event *ev = st->ev;
	struct fb_buf *out = &st->joined;

	if (st->joined_made)
		return;
	st->joined_made = true;
	fb_buf_clear(out);
	if (fb_lane_is_lines(ev->lane)) {
		put_line(st, out, ev, false);
		return;
	}
	for (size_t i = 0; i < ev->nfields; i++) {
		put_utf8(st, out, ev->fields[i].name);
		(void)fb_buf_putc(out, BETWEEN);
		if (is_text(&ev->fields[i]))
			put_value(st, out, &ev->fields[i]);
		(void)fb_buf_putc(out, BETWEEN);
	}
}

/* Does the value, written out, hold the text? */
static bool is_in_written(struct qu_state *st, struct fb_slice text, const struct fb_field *f)
{
	next_value(st);
	put_value(st, &st->value, f);
	put_micros(&st->value, f, 0);
	st->lost = st->lost || fb_buf_code(&st->value);
	return fb_slice_find(fb_buf_view(&st->value), text) < st->value.n;
}

/* The same few come again and again, and have up to six numbers each. */
static enum fb_holds sid_holds(struct qu_state *st, const struct qu_term *t, const struct fb_field *f)
{
	struct known_sid *k = &st->sids[f->v.p[f->v.n - 4] % SIDS];
	enum fb_holds holds;

	if (k->term == t && k->n == f->v.n && memcmp(k->bytes, f->v.p, f->v.n) == 0)
		return k->holds ? FB_HOLDS : FB_HOLDS_NOT;
	holds = fb_sought_in(&t->sought, f);
	if (holds != FB_HOLDS_UNKNOWN) {
		k->term = t;
		k->n = (uint8_t)f->v.n;
		k->holds = holds == FB_HOLDS;
		memcpy(k->bytes, f->v.p, f->v.n);
	}
	return holds;
}

static bool is_in_value(struct qu_state *st, const struct qu_term *t, struct fb_slice text,
			const struct fb_field *f)
{
	bool sid = f->type == FB_V_SID && f->v.n >= 8 && f->v.n <= SID_BYTES;
	enum fb_holds holds = sid ? sid_holds(st, t, f) : fb_sought_in(&t->sought, f);

	return holds == FB_HOLDS_UNKNOWN ? is_in_written(st, text, f) : holds == FB_HOLDS;
}

static bool holds_loose(struct qu_state *st, const struct qu_term *t, struct fb_slice text)
{
	const struct fb_event *ev = st->ev;

	for (size_t i = 0; t->loose && ev->lane != FB_LANE_WEB && i < ev->nfields; i++)
		if (!is_text(&ev->fields[i]) && is_in_value(st, t, text, &ev->fields[i]))
			return true;
	return false;
}

static bool holds_text(struct qu_state *st, const struct qu_term *t, struct fb_slice text)
{
	struct fb_slice all;

	join(st);
	if (fb_buf_code(&st->joined))
		st->lost = true;
	all = fb_buf_view(&st->joined);
	return fb_slice_find(all, text) < all.n || holds_loose(st, t, text);
}

/* ---- what is not there, as the sieve says ---- */

/* Put together from pieces: fixed texts that were joined are UTF-8. */
static bool is_pieced(const struct fb_event *ev, const struct fb_field *f)
{
	return f->type == FB_V_PARTS || (f->type == FB_V_UTF8 && ev->lane == FB_LANE_EVTX);
}

static bool any_pieced(const struct fb_event *ev)
{
	for (size_t i = 0; i < ev->nfields; i++)
		if (is_pieced(ev, &ev->fields[i]))
			return true;
	return false;
}

/* The texts that stand in a name, by the only query's terms. */
static uint64_t texts_in_name(struct qu_state *st, struct fb_slice name)
{
	const struct qu_query *q = &st->s->queries[0];
	struct known_name *k = &st->names[((uintptr_t)name.p >> 3 ^ (uintptr_t)name.p >> 13) % NAMES];
	uint64_t holds = 0;

	if (k->at == name.p && k->n == name.n && memcmp(k->bytes, name.p, name.n) == 0)
		return k->holds;
	next_value(st);
	put_utf8(st, &st->value, name);
	for (uint32_t i = 0; i < q->nterms; i++) {
		struct fb_slice text = q->terms[i].text, all = fb_buf_view(&st->value);

		if (q->terms[i].kind == QU_TEXT && fb_slice_find(all, text) < all.n)
			holds |= 1ull << i;
	}
	if (name.n <= NAME_BYTES) {
		k->at = name.p;
		k->n = (uint8_t)name.n;
		memcpy(k->bytes, name.p, name.n);
		k->holds = holds;
	}
	return holds;
}

#define BYTES_OF(byte) (0x0101010101010101u * (byte))

/* Is one of eight bytes a digit, or one of the six behind the nine? */
static bool any_digit(const uint8_t *p)
{
	uint64_t high = (fb_le64(p) & BYTES_OF(0xF0u)) ^ BYTES_OF(0x30u);

	return (high - BYTES_OF(1u)) & ~high & BYTES_OF(0x80u);
}

/* Few names hold digits, and no others can hold a number. */
static bool may_hold_digits(struct fb_slice name)
{
	if (name.n < 8) {
		for (size_t i = 0; i < name.n; i++)
			if (name.p[i] >= '0' && name.p[i] <= '9')
				return true;
		return false;
	}
	for (size_t i = 0; i + 8 < name.n; i += 8)
		if (any_digit(name.p + i))
			return true;
	return any_digit(name.p + name.n - 8);
}

/* Text as it stands in the evidence. */
static bool is_whole_text(const struct fb_event *ev, const struct fb_field *f)
{
	return is_text(f) && !is_pieced(ev, f);
}

/* Of an event log's record: is the text of term i in a name, in a value that is no text or
 * put together from pieces, or (whole) in one that is text and one piece? */
static bool holds_by_value(struct qu_state *st, uint32_t i, bool whole)
{
	const struct fb_event *ev = st->ev;
	const struct qu_term *t = &st->s->queries[0].terms[i];
	bool digits = t->sought.digits;

	for (size_t k = 0; k < ev->nfields; k++) {
		const struct fb_field *f = &ev->fields[k];
		bool text = is_text(f);

		if (f->name.n && (!digits || may_hold_digits(f->name)) && texts_in_name(st, f->name) >> i & 1)
			return true;
		if (text && is_pieced(ev, f) ? is_in_written(st, t->text, f)
					     : (text ? whole : t->loose) && is_in_value(st, t, t->text, f))
			return true;
	}
	return false;
}

/* A number: nothing is folded for it, and most values need not be written out. */
static bool holds_digits(struct qu_state *st, uint32_t i, bool absent)
{
	const struct fb_event *ev = st->ev;
	const struct qu_term *t = &st->s->queries[0].terms[i];

	if (ev->lane == FB_LANE_WEB)
		return fb_sought_in_bytes(&t->sought, ev->raw) && holds_text(st, t, t->text);
	return holds_by_value(st, i, !absent);
}

/* ---- fields ---- */

static bool value_is(struct qu_state *st, const struct qu_term *t, const struct fb_field *f)
{
	struct fb_slice text;
	uint64_t v;
	bool neg;

	if (t->number && fb_value_int(f, &v, &neg) && v == t->magnitude && neg == (t->minus && v))
		return true;
	next_value(st);
	put_value(st, &st->value, f);
	text = fb_buf_view(&st->value);
	if (fb_buf_code(&st->value)) {
		st->lost = true;
		return false;
	}
	if (qu_glob(t->text, text))
		return true;
	/* A GUID also without its braces. */
	return f->type == FB_V_GUID && text.n > 2 && text.p[0] == '{' &&
	       qu_glob(t->text, fb_slice_sub(text, 1, text.n - 2));
}

static bool any_item_is(struct qu_state *st, const struct qu_term *t, const struct fb_field *f)
{
	struct fb_field rest = *f;

	if (f->type != FB_V_ARRAY)
		return false;
	for (unsigned i = 0; rest.v.n && i < FB_ARRAY_ITEMS_MAX; i++) {
		struct fb_field item = { .type = f->subtype };

		item.v = fb_value_item(&rest);
		if (value_is(st, t, &item))
			return true;
	}
	return false;
}

static bool field_is(struct qu_state *st, const struct qu_term *t, bool absent)
{
	const struct fb_event *ev = st->ev;

	for (size_t i = 0; i < ev->nfields; i++) {
		const struct fb_field *f = &ev->fields[i];

		if ((!absent || !is_whole_text(ev, f)) && is_named(&t->names, ev, f->sym) && (value_is(st, t, f) || any_item_is(st, t, f)))
			return true;
	}
	return false;
}

/* ---- expressions ---- */

static bool text_matches(struct qu_state *st, const struct qu_term *t)
{
	struct fb_slice text = fb_buf_view(&st->value);
	int r;

	if (fb_buf_code(&st->value)) {
		st->lost = true;
		return false;
	}
	r = pcre2_match(t->re, text.n ? text.p : (const uint8_t *)"", text.n, 0, 0, st->match,
			st->context);
	if (r < 0 && r != PCRE2_ERROR_NOMATCH)
		st->lost = true; /* too many steps */
	return r >= 0;
}

static bool matches(struct qu_state *st, const struct qu_term *t)
{
	const struct fb_event *ev = st->ev;

	if (t->need.n && !st->s->options.cased && !holds_text(st, t, t->need))
		return false;
	if (fb_lane_is_lines(ev->lane)) {
		next_value(st);
		put_line(st, &st->value, ev, true);
		return text_matches(st, t);
	}
	for (size_t i = 0; i < ev->nfields; i++) {
		next_value(st);
		(void)fb_value_text(&ev->fields[i], &st->value);
		if (text_matches(st, t))
			return true;
	}
	return false;
}

/* ---- to the outside ---- */

static bool term_holds(struct qu_state *st, const struct qu_query *q, uint32_t i)
{
	const struct qu_term *t = &q->terms[i];
	bool absent = st->absent >> i & 1;

	switch (t->kind) {
	case QU_FIELD: return field_is(st, t, absent);
	case QU_RE: return (!absent || t->loose || any_pieced(st->ev)) && matches(st, t);
	default:
		if (t->sought.digits && st->s->nqueries == 1)
			return holds_digits(st, i, absent);
		if (absent && fb_lane_is_lines(st->ev->lane)) /* names do not stand in lines */
			return holds_loose(st, t, t->text);
		return absent ? holds_by_value(st, i, false) : holds_text(st, t, t->text);
	}
}

static bool terms_hold(struct qu_state *st, const struct qu_query *q)
{
	bool any = st->s->options.any;

	for (uint32_t i = 0; i < q->nterms; i++)
		if (term_holds(st, q, i) == any)
			return any;
	return !any || q->nterms == 0;
}

int qu_match(void *state, const struct fb_event *ev, struct fb_hits *hits)
{
	struct qu_state *st = state;

	if (!in_time(&st->s->options, ev))
		return 0;
	st->ev = ev;
	st->joined_made = false;
	st->lost = false;
	for (uint32_t i = 0; i < st->s->nqueries; i++) {
		const struct qu_query *q = &st->s->queries[i];

		if (!is_asked(q, ev))
			continue;
		if (terms_hold(st, q) && hits->n < FB_HITS_MAX)
			hits->v[hits->n++] = (struct fb_hit){ .rule = i };
		else
			hits->lost += st->lost;
	}
	next_value(st);
	return st->nomem || st->joined.code == FB_ENOMEM || st->values.code == FB_ENOMEM ? FB_ENOMEM : 0;
}

static void put_captured(struct fb_buf *out, struct fb_slice s)
{
	char hex[HASH_DIGITS + 1];
	uint8_t sum[FB_SHA256];
	size_t n = s.n;

	if (n <= FB_CAPTURE_VALUE_MAX) {
		(void)fb_buf_u16(out, (uint16_t)n);
		(void)fb_buf_slice(out, s);
		return;
	}
	fb_sha256_of(s, sum);
	fb_hex(sum, sizeof sum, hex);
	n = FB_CAPTURE_VALUE_MAX - HASH_DIGITS - 1;
	while (n && (s.p[n] & 0xC0) == 0x80)
		n--;
	(void)fb_buf_u16(out, (uint16_t)(n + 1 + HASH_DIGITS));
	(void)fb_buf_put(out, s.p, n);
	(void)fb_buf_putc(out, '#');
	(void)fb_buf_put(out, hex, HASH_DIGITS);
}

/* Of the value at hand: all, or what the group matches. */
static struct fb_slice part_of(struct qu_state *st, const pcre2_code *re)
{
	struct fb_slice text = fb_buf_view(&st->value);
	const PCRE2_SIZE *at;

	if (!re || !text.n)
		return text;
	if (pcre2_match(re, text.p, text.n, 0, 0, st->match, st->context) < 2)
		return (struct fb_slice){ 0 };
	at = pcre2_get_ovector_pointer(st->match);
	return at[2] <= at[3] && at[3] <= text.n ? fb_slice_sub(text, at[2], at[3] - at[2])
						  : (struct fb_slice){ 0 };
}

/* Of each field that is to be brought back the first that has a value. */
static void find_fields(const struct qu_query *q, const struct fb_event *ev,
			const struct fb_field *found[static FB_CAPTURES_MAX])
{
	uint32_t left = q->nfields == 32 ? UINT32_MAX : (1u << q->nfields) - 1;

	memset(found, 0, FB_CAPTURES_MAX * sizeof(struct fb_field *));
	for (size_t i = 0; i < ev->nfields && left; i++) {
		const struct fb_field *f = &ev->fields[i];
		uint32_t may_be = f->sym && f->sym < q->nsyms ? q->may_be[f->sym] & left : 0;

		for (; may_be; may_be &= may_be - 1) {
			unsigned k = (unsigned)__builtin_ctz(may_be);

			if (!is_named(&q->fields[k], ev, f->sym) || fb_value_is_null(f))
				continue;
			found[k] = f;
			left &= ~(1u << k);
		}
	}
}

struct fb_slice qu_values(void *state, uint32_t rule)
{
	struct qu_state *st = state;
	const struct qu_query *q = &st->s->queries[rule];
	const struct fb_event *ev = st->ev;
	const struct fb_field *found[FB_CAPTURES_MAX];

	fb_buf_clear(&st->values);
	find_fields(q, ev, found);
	for (uint32_t k = 0; k < q->nfields; k++) {
		if (!found[k]) {
			(void)fb_buf_u16(&st->values, FB_CAPTURE_NONE);
			continue;
		}
		next_value(st);
		(void)fb_value_text(found[k], &st->value);
		put_captured(&st->values, part_of(st, q->parts[k]));
	}
	return fb_buf_view(&st->values);
}

static int on_seen(unsigned id, unsigned long long from, unsigned long long to, unsigned flags,
		   void *user)
{
	uint64_t *absent = user;

	(void)from;
	(void)to;
	(void)flags;
	*absent &= ~(1ull << id);
	return *absent == 0;
}

static int on_mark(unsigned id, unsigned long long from, unsigned long long to, unsigned flags,
		   void *user)
{
	struct qu_state *st = user;

	(void)from;
	(void)flags;
	st->absent &= ~(1ull << id);
	if (st->nmarks == MARKS)
		return 1;
	st->mixed = st->mixed || (st->nmarks && st->marks[st->nmarks - 1].at > to - 1);
	st->marks[st->nmarks++] = (struct mark){ (uint32_t)to - 1, (uint8_t)id };
	return 0;
}

/* Hyperscan does not promise an order. */
static int by_place(const void *pa, const void *pb)
{
	const struct mark *a = pa, *b = pb;

	return a->at < b->at ? -1 : a->at > b->at;
}

/* Whether some, or with all terms asked for all of them, may be there. */
static bool enough(const struct qu_set *s, uint64_t absent)
{
	uint32_t n = s->queries[0].nterms;

	return s->options.any ? absent != (n == 64 ? UINT64_MAX : (1ull << n) - 1) : absent == 0;
}

static bool may_by_line(struct qu_state *st, const struct qu_sieve *sieve, struct fb_slice bytes)
{
	hs_error_t r;

	st->absent = sieve->terms;
	st->bytes = bytes.p;
	st->nmarks = st->mark = 0;
	st->mixed = false;
	r = hs_scan(sieve->db, (const char *)bytes.p, (unsigned)bytes.n, 0, st->scratch, on_mark, st);
	if (r != HS_SUCCESS) {
		st->absent = 0;
		return true;
	}
	if (st->mixed)
		qsort(st->marks, st->nmarks, sizeof *st->marks, by_place);
	st->lines = sieve;
	return enough(st->s, st->absent);
}

bool qu_may(void *state, enum fb_lane lane, bool as_written, struct fb_slice bytes)
{
	struct qu_state *st = state;
	const struct qu_set *s = st->s;
	const struct qu_sieve *sieve = &s->sieve[lane];
	bool asked = false;
	hs_error_t r;

	st->absent = 0;
	st->lines = NULL;
	for (uint32_t i = 0; i < s->nqueries; i++)
		asked = asked || s->queries[i].any_lane || s->queries[i].lane == lane ||
			lane == FB_LANE_OTHER;
	if (!asked || bytes.n > UINT32_MAX)
		return asked;
	if (as_written && s->lines[lane].db)
		return may_by_line(st, &s->lines[lane], bytes);
	if (!sieve->db)
		return true;
	st->absent = sieve->terms;
	r = hs_scan(sieve->db, (const char *)bytes.p, (unsigned)bytes.n, 0, st->scratch, on_seen,
		    &st->absent);
	if (r != HS_SUCCESS && r != HS_SCAN_TERMINATED)
		st->absent = 0;
	/* Records may hold what is not in one piece there; a line may not. */
	return !fb_lane_is_lines(lane) || enough(s, st->absent);
}

bool qu_may_line(void *state, struct fb_slice line)
{
	struct qu_state *st = state;
	size_t from = (size_t)(line.p - st->bytes);

	if (!st->lines)
		return true;
	st->absent = st->lines->terms;
	while (st->mark < st->nmarks && st->marks[st->mark].at < from)
		st->mark++;
	while (st->mark < st->nmarks && st->marks[st->mark].at - from < line.n)
		st->absent &= ~(1ull << st->marks[st->mark++].term);
	return enough(st->s, st->absent);
}
