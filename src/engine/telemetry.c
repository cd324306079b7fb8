/* Texts are kept as they stand in the evidence (UTF-16 mostly) and compared as bytes:
 * they are converted once per kind and unit, when the unit is done. */
#include "engine/telemetry.h"

#include "engine/wire.h"
#include "event/chosen.h"
#include "event/value.h"

#include <stdio.h>
#include <stdlib.h>

#define SLOTS (4u * FB_UNIT_KINDS_MAX)
#define RAW_MAX 1024u /* bytes of a text that tell kinds apart */
#define MEMORY (8u << 20)
#define FRAME_AT (64u << 10)
#define NONE UINT32_MAX
/* The clock is disciplined all the time; smaller steps are none. */
#define CLOCK_SET_LEAST FB_SECOND

enum { HOST, CHANNEL, PROVIDER, TEXTS };

struct text {
	struct fb_slice raw;
	uint8_t type; /* FB_V_NULL: none */
};

struct kind {
	struct text text[TEXTS];
	struct fb_slice columns;
	const uint8_t *columns_at; /* where they stood first */
	uint32_t next; /* of the same slot; NONE */
	uint32_t hash, log;
	uint32_t event_id;
	uint8_t lane, clock;
	bool notices, paces;
	bool fills; /* of a kind with a setting: its records have what the setting fills */
	enum fb_notice_what notice;
	const struct fb_setting *setting;
	uint32_t field; /* where the setting's was in the event before */
	uint64_t events, filled;
	fb_time first, last;
};

struct log {
	struct text host, channel;
	uint32_t series; /* the one that goes on; NONE */
	uint64_t records, renumbered; /* whose number in the file is another */
	bool full; /* its records are in none: the limit */
	uint64_t full_at;
};

struct series {
	uint32_t log;
	uint64_t first, last;
	fb_time first_time, last_time;
	uint32_t sums, sum; /* its first, and the one of its last record; NONE: there was no room for all of them */
};

struct sum {
	struct fb_block_sum s;
	uint32_t next; /* of the series; NONE */
};

struct notice {
	struct fb_notice m;
	struct text host, text;
};

struct fb_telemetry {
	struct fb_arena arena; /* texts of the unit */
	struct fb_buf made;
	uint8_t piece[TEXTS][RAW_MAX]; /* texts of fields that are not one piece of text */
	struct kind *kinds;
	uint32_t nkinds, last;
	struct log *logs;
	uint32_t nlogs;
	struct series *series;
	uint32_t nseries;
	struct notice *notices;
	uint32_t nnotices;
	struct sum *sums;
	uint32_t nsums;
	uint64_t more_kinds, more_series, more_notices;
	/* Where the site stands in lines of the columns of the line before. */
	const uint8_t *site_of;
	uint32_t site;
	uint32_t at_kind, at_series, at_notice; /* put so far */
	bool nomem; /* a text is missing: nothing of the unit may be put */
	char classes[FB_CHOSEN_CLASSES_MAX * 32u]; /* of Sysmon's event in hand */
	uint32_t slots[SLOTS];
};

struct fb_telemetry *fb_telemetry_new(void)
{
	struct fb_telemetry *t = calloc(1, sizeof *t);

	if (!t)
		return NULL;
	t->kinds = calloc(FB_UNIT_KINDS_MAX, sizeof *t->kinds);
	t->logs = calloc(FB_UNIT_LOGS_MAX, sizeof *t->logs);
	t->series = calloc(FB_UNIT_SERIES_MAX, sizeof *t->series);
	t->notices = calloc(FB_UNIT_NOTICES_MAX, sizeof *t->notices);
	t->sums = calloc(FB_UNIT_SUMS_MAX, sizeof *t->sums);
	fb_arena_init(&t->arena, MEMORY);
	fb_buf_init(&t->made, FB_VALUE_MAX * 2);
	if (!t->kinds || !t->logs || !t->series || !t->notices || !t->sums) {
		fb_telemetry_free(t);
		return NULL;
	}
	fb_telemetry_begin(t);
	return t;
}

void fb_telemetry_free(struct fb_telemetry *t)
{
	if (!t)
		return;
	free(t->kinds);
	free(t->logs);
	free(t->series);
	free(t->notices);
	free(t->sums);
	fb_arena_dispose(&t->arena);
	fb_buf_dispose(&t->made);
	free(t);
}

void fb_telemetry_begin(struct fb_telemetry *t)
{
	fb_arena_reset(&t->arena);
	memset(t->slots, 0xff, sizeof t->slots); /* NONE */
	t->nkinds = t->nlogs = t->nseries = t->nnotices = t->nsums = 0;
	t->more_kinds = t->more_series = t->more_notices = 0;
	t->at_kind = t->at_series = t->at_notice = 0;
	t->last = NONE;
	t->site_of = NULL;
	t->nomem = false;
}

/* ---- texts ---- */

/* The field as UTF-8 in t->made; what was cut at its limit is as good as whole. */
static struct fb_slice make_text(struct fb_telemetry *t, const struct fb_field *f)
{
	fb_buf_clear(&t->made);
	if (fb_value_text(f, &t->made) == FB_ENOMEM || fb_buf_code(&t->made) == FB_ENOMEM)
		t->nomem = true;
	return fb_buf_view(&t->made);
}

static struct text text_of(const struct fb_field *f)
{
	return f ? (struct text){ fb_slice_sub(f->v, 0, RAW_MAX), f->type }
		 : (struct text){ .type = FB_V_NULL };
}

static bool same_text(const struct text *a, const struct text *b)
{
	return a->type == b->type && a->raw.n == b->raw.n &&
	       (a->raw.p == b->raw.p || memcmp(a->raw.p, b->raw.p, a->raw.n) == 0);
}

/* The text for as long as the unit; false: no memory. */
static bool keep(struct fb_telemetry *t, struct text *x)
{
	char *p;

	if (!x->raw.n)
		return true;
	p = fb_arena_strn(&t->arena, x->raw.p, x->raw.n);
	x->raw.p = (const uint8_t *)p;
	return p != NULL;
}

static struct fb_slice as_utf8(struct fb_telemetry *t, const struct text *x, size_t max)
{
	struct fb_field f = { .type = x->type, .v = x->raw };
	struct fb_slice s;

	s = make_text(t, &f);
	if (s.n > max) {
		s.n = max;
		while (s.n && (s.p[s.n] & 0xC0) == 0x80)
			s.n--;
	}
	return s;
}

/* Text as it lies; else, rarely, made into one piece in that place. */
static struct text text_at(struct fb_telemetry *t, const struct fb_field *f, unsigned place)
{
	struct fb_slice s;

	if (!f || f->type <= FB_V_ANSI)
		return text_of(f);
	s = fb_slice_sub(make_text(t, f), 0, RAW_MAX);
	memcpy(t->piece[place], s.p ? s.p : (const uint8_t *)"", s.n);
	return (struct text){ fb_slice(t->piece[place], s.n), FB_V_UTF8 };
}

/* ---- kinds ---- */

struct key {
	struct text text[TEXTS];
	struct fb_slice columns;
	uint32_t event_id;
	uint8_t lane, clock;
};

static const struct fb_field *site_of(struct fb_telemetry *t, const struct fb_event *ev)
{
	if (!t->site_of || t->site_of != ev->columns.p) {
		t->site_of = ev->columns.p;
		t->site = NONE;
		for (uint32_t i = 0; i < ev->nfields && t->site == NONE; i++)
			if (ev->fields[i].sym == FB_SYM_S_SITENAME)
				t->site = i;
	}
	if (t->site >= ev->nfields || fb_value_is_null(&ev->fields[t->site]))
		return NULL;
	return &ev->fields[t->site];
}

static void key_of(struct fb_telemetry *t, const struct fb_event *ev, struct key *k)
{
	k->lane = (uint8_t)ev->lane;
	k->clock = ev->clock;
	k->event_id = ev->event_id;
	k->columns = fb_slice_sub(ev->columns, 0, FB_KIND_COLUMNS_MAX);
	k->text[HOST] = text_at(t, ev->computer, HOST);
	k->text[CHANNEL] =
		text_at(t, fb_lane_is_text(ev->lane) && ev->lane != FB_LANE_NETWORK ? site_of(t, ev) : ev->channel, CHANNEL);
	k->text[PROVIDER] = text_at(t, ev->provider, PROVIDER);
	/* Of an event in Sigma's terms: the place whose rules see it. */
	if (ev->as_channel) {
		k->event_id = ev->as_event_id;
		k->columns = ev->as_channel->v;
	}
}

static bool is_kind(const struct kind *k, const struct key *key)
{
	return k->event_id == key->event_id && k->lane == key->lane && k->clock == key->clock &&
	       same_text(&k->text[PROVIDER], &key->text[PROVIDER]) &&
	       same_text(&k->text[CHANNEL], &key->text[CHANNEL]) &&
	       same_text(&k->text[HOST], &key->text[HOST]) &&
	       k->columns.n == key->columns.n &&
	       (k->columns_at == key->columns.p ||
		memcmp(k->columns.p, key->columns.p, k->columns.n) == 0);
}

/* Lengths and ends of the texts tell nearly all kinds apart. */
static uint32_t mix(uint32_t h, struct fb_slice s)
{
	h = (h ^ (uint32_t)s.n) * 0x9E3779B1u;
	if (s.n >= 4)
		h = (h ^ fb_le32(s.p + s.n - 4)) * 0x9E3779B1u;
	if (s.n >= 24)
		h = (h ^ fb_le32(s.p + s.n - 20)) * 0x9E3779B1u;
	return h ^ h >> 15;
}

static uint32_t hash_of(const struct key *k)
{
	uint32_t h = k->event_id * 0x85EBCA6Bu ^ k->lane ^ (uint32_t)k->clock << 8;

	for (unsigned i = 0; i < TEXTS; i++)
		h = mix(h, k->text[i].raw);
	return mix(h, k->columns);
}

static uint32_t log_of(struct fb_telemetry *t, const struct kind *k)
{
	struct log *l;

	if (k->lane != FB_LANE_EVTX)
		return NONE;
	/* A damaged record that has lost its channel lies among those of its log. */
	if (!k->text[CHANNEL].raw.n && t->last != NONE && t->kinds[t->last].log != NONE)
		return t->kinds[t->last].log;
	for (uint32_t i = 0; i < t->nlogs; i++)
		if (same_text(&t->logs[i].host, &k->text[HOST]) &&
		    same_text(&t->logs[i].channel, &k->text[CHANNEL]))
			return i;
	if (t->nlogs == FB_UNIT_LOGS_MAX) {
		t->more_series++;
		return NONE;
	}
	l = &t->logs[t->nlogs];
	*l = (struct log){ .host = k->text[HOST], .channel = k->text[CHANNEL], .series = NONE };
	return t->nlogs++;
}

static struct kind *new_kind(struct fb_telemetry *t, const struct key *key, uint32_t hash, bool fills)
{
	struct kind *k = &t->kinds[t->nkinds];
	struct text columns = { key->columns, FB_V_UTF8 };
	struct fb_slice provider;

	if (t->nkinds == FB_UNIT_KINDS_MAX)
		return NULL;
	*k = (struct kind){ .hash = hash, .event_id = key->event_id, .lane = key->lane, .clock = key->clock,
			    .fills = fills, .first = FB_TIME_NONE, .last = FB_TIME_NONE };
	memcpy(k->text, key->text, sizeof k->text);
	for (unsigned i = 0; i < TEXTS; i++)
		if (!keep(t, &k->text[i]))
			return NULL;
	if (!keep(t, &columns))
		return NULL;
	k->columns = columns.raw;
	/* Those of Sysmon's events stand all in one place. */
	k->columns_at = key->lane == FB_LANE_EVTX ? NULL : key->columns.p;
	k->log = log_of(t, k);
	if (k->lane == FB_LANE_EVTX) {
		provider = as_utf8(t, &k->text[PROVIDER], FB_KIND_TEXT_MAX);
		k->setting = fb_setting_of(provider, k->event_id);
		k->notices = fb_notice_of(provider, k->event_id, &k->notice);
		k->paces = k->columns.n || fb_kind_paces(FB_LANE_EVTX, provider, k->event_id);
	} else {
		k->paces = fb_kind_paces(k->lane, fb_slice(NULL, 0), 0);
	}
	k->next = t->slots[hash % SLOTS];
	t->slots[hash % SLOTS] = t->nkinds++;
	return k;
}

static struct kind *find_kind(struct fb_telemetry *t, const struct key *key)
{
	uint32_t hash = hash_of(key);

	for (uint32_t i = t->slots[hash % SLOTS]; i != NONE; i = t->kinds[i].next)
		if (t->kinds[i].hash == hash && is_kind(&t->kinds[i], key))
			return &t->kinds[i];
	return new_kind(t, key, hash, false);
}

static bool later_by(fb_time a, fb_time b, fb_time least)
{
	fb_time d;

	return __builtin_sub_overflow(a, b, &d) ? a > b : d >= least;
}

static bool near(const struct kind *k, fb_time t)
{
	return k->first == FB_TIME_NONE || (!later_by(k->first, t, FB_PAUSE_SECONDS * FB_SECOND) &&
					    !later_by(t, k->last, FB_PAUSE_SECONDS * FB_SECOND));
}

/* The row of k's kind that has records about that time, with the setting or without it, or
 * a new one; NULL: no room. */
static struct kind *stretch(struct fb_telemetry *t, struct kind *k, const struct key *key, fb_time at, bool fills)
{
	for (uint32_t i = t->slots[k->hash % SLOTS]; i != NONE; i = t->kinds[i].next) {
		struct kind *other = &t->kinds[i];

		if (other->hash != k->hash || !is_kind(other, key))
			continue;
		if (other->fills == fills && near(other, at))
			return other;
	}
	return new_kind(t, key, k->hash, fills);
}

/* ---- what a record says of its log ---- */

/* A field of the data, which stand behind those of System. */
static const struct fb_field *named(const struct fb_event *ev, const char *name)
{
	for (size_t i = ev->nfields; i-- > 0;)
		if (fb_slice_eqs(ev->fields[i].name, name))
			return &ev->fields[i];
	return NULL;
}

/* ---- what Sysmon chose to record ---- */

static bool is_sysmon(struct fb_telemetry *t, const struct text *provider)
{
	const size_t n = sizeof FB_SYSMON_PROVIDER - 1;

	return (provider->raw.n == n || provider->raw.n / 2 == n) &&
	       fb_slice_ieq(as_utf8(t, provider, FB_KIND_TEXT_MAX), FB_LIT(FB_SYSMON_PROVIDER));
}

static bool fits(struct fb_telemetry *t, const struct fb_event *ev, const struct fb_chosen_field *want)
{
	const struct fb_field *f = named(ev, want->name);
	struct fb_slice v = f ? make_text(t, f) : fb_slice(NULL, 0), begin = fb_slice_str(want->begin),
			end = fb_slice_str(want->end);

	if (want->whole)
		return fb_slice_ieq(v, begin);
	return v.n >= begin.n + end.n && fb_slice_ieq(fb_slice_sub(v, 0, begin.n), begin) &&
	       fb_slice_ieq(fb_slice_sub(v, v.n - end.n, end.n), end);
}

static bool is_of(struct fb_telemetry *t, const struct fb_event *ev, const struct fb_chosen_class *c)
{
	const struct fb_field *f;
	uint64_t v;
	bool neg;

	if (!c->others[0].name || c->event_id != ev->event_id)
		return false;
	for (unsigned i = 0; i < FB_CHOSEN_FIELDS && c->fields[i].name; i++)
		if (!fits(t, ev, &c->fields[i]))
			return false;
	if (!c->bits)
		return true;
	f = named(ev, c->bits_of);
	return f && fb_value_int(f, &v, &neg) && !neg && (v & c->bits) == c->bits;
}

/* "aspx-file/3/0" behind n; the new end, or n where one of the other fields is not there. */
static size_t put_class(struct fb_telemetry *t, const struct fb_event *ev, const struct fb_chosen_class *c, size_t n)
{
	size_t to = n + (size_t)snprintf(t->classes + n, sizeof t->classes - n, "%s%s", n ? " " : "", c->id);

	for (unsigned i = 0; i < FB_CHOSEN_OTHERS && c->others[i].name && to < sizeof t->classes; i++) {
		const struct fb_field *f = named(ev, c->others[i].name);

		if (!f || fb_value_is_null(f))
			return n;
		to += (size_t)snprintf(t->classes + to, sizeof t->classes - to, "/%u", fb_chosen_heap(&c->others[i], make_text(t, f)));
	}
	return to;
}

/* The classes of an event, each with its heaps, in place of columns. What another program told, and what was found in
 * free space, shows nothing of what was recorded then. */
static void classify(struct fb_telemetry *t, const struct fb_event *ev, struct key *key)
{
	size_t n = 0;

	if (ev->lane != FB_LANE_EVTX || ev->flags & (FB_EVENT_SECOND_HAND | FB_EVENT_RECOVERED) ||
	    !fb_chosen_shown(ev->event_id) || !is_sysmon(t, &key->text[PROVIDER]))
		return;
	for (unsigned i = 0; i < fb_nchosen_classes; i++) {
		size_t more = is_of(t, ev, &fb_chosen_classes[i]) ? put_class(t, ev, &fb_chosen_classes[i], n) : n;

		if (more >= sizeof t->classes)
			break;
		n = more;
	}
	if (n)
		key->columns = fb_slice(t->classes, n);
}

static fb_time time_in(struct fb_telemetry *t, const struct fb_field *f)
{
	struct text x;
	unsigned digits;
	fb_time out;

	if (!f)
		return FB_TIME_NONE;
	if (f->type == FB_V_FILETIME && f->v.n == 8)
		return fb_time_from_filetime(fb_le64(f->v.p));
	x = text_at(t, f, 0);
	return fb_time_parse(as_utf8(t, &x, FB_KIND_TEXT_MAX), &out, &digits) ? out : FB_TIME_NONE;
}

static void add_notice(struct fb_telemetry *t, const struct fb_notice *m, const struct text *host,
		     const struct fb_field *text)
{
	struct notice *to = &t->notices[t->nnotices];

	if (t->nnotices == FB_UNIT_NOTICES_MAX) {
		t->more_notices++;
		return;
	}
	*to = (struct notice){ .m = *m, .text.type = FB_V_NULL, .host.type = FB_V_NULL };
	if (host)
		to->host = *host; /* a kind's: kept already */
	if (text)
		to->text = text_at(t, text, 0);
	if (!keep(t, &to->text))
		to->text = (struct text){ .type = FB_V_NULL };
	t->nnotices++;
}

static void notice(struct fb_telemetry *t, const struct fb_event *ev, const struct kind *k)
{
	struct fb_notice m = { .what = k->notice, .record = ev->record, .time = ev->time,
			     .other = FB_TIME_NONE };
	const struct fb_field *text = NULL;

	if (ev->flags & FB_EVENT_RECOVERED)
		return;
	if (m.what == FB_NOTICE_CLEARED)
		text = named(ev, "Channel"); /* 1102 has no other than its own */
	if (m.what == FB_NOTICE_POLICY && (ev->event_id == 16 || ev->event_id == 4)) /* Sysmon's */
		text = named(ev, ev->event_id == 16 ? "ConfigurationFileHash" : "State");
	if (m.what == FB_NOTICE_CLOCK_SET) {
		const struct fb_field *old = named(ev, "PreviousTime");
		fb_time to = time_in(t, named(ev, "NewTime"));

		m.other = time_in(t, old ? old : named(ev, "OldTime"));
		if (to != FB_TIME_NONE)
			m.time = to;
		if (m.other == FB_TIME_NONE || (!later_by(m.time, m.other, CLOCK_SET_LEAST) &&
						!later_by(m.other, m.time, CLOCK_SET_LEAST)))
			return;
	}
	add_notice(t, &m, &k->text[HOST], text);
}

static bool is_filled(const struct fb_event *ev, struct kind *k)
{
	const struct fb_setting *s = k->setting;
	const struct fb_field *f = NULL;
	uint64_t v;
	bool neg;

	if (k->field < ev->nfields && fb_slice_eqs(ev->fields[k->field].name, s->field))
		f = &ev->fields[k->field];
	else
		f = named(ev, s->field);
	if (!f || fb_value_is_null(f))
		return false;
	k->field = (uint32_t)(f - ev->fields);
	return s->value ? fb_value_int(f, &v, &neg) && !neg && v == s->value : f->v.n > 0;
}

/* ---- what a record is, in short ---- */

#define MIX_A 0x9E3779B97F4A7C15u
#define MIX_B 0xD6E8FEB86659FD93u

__extension__ typedef unsigned __int128 wide;

static uint64_t mixed(uint64_t a, uint64_t b)
{
	wide m = (wide)(a ^ MIX_A) * (b ^ MIX_B);

	return (uint64_t)m ^ (uint64_t)(m >> 64);
}

static uint64_t mix_bytes(uint64_t h, struct fb_slice s)
{
	const uint8_t *p = s.p;
	size_t n = s.n;

	h += n;
	for (; n > 16; p += 16, n -= 16)
		h = mixed(fb_le64(p) ^ h, fb_le64(p + 8));
	if (n >= 8)
		return mixed(fb_le64(p) ^ h, fb_le64(p + n - 8));
	if (n >= 4)
		return mixed(fb_le32(p) ^ h, fb_le32(p + n - 4));
	return n ? mixed(h, (uint64_t)p[0] << 16 | (uint64_t)p[n / 2] << 8 | p[n - 1]) : mixed(h, 0);
}

static uint64_t mix_value(uint64_t h, const struct fb_field *f)
{
	const struct fb_parts *parts;

	if (f->type != FB_V_PARTS)
		return mix_bytes(h ^ f->type, f->v);
	if (f->v.n != sizeof *parts)
		return h;
	parts = (const void *)f->v.p; /* the decoder's own memory, not evidence */
	for (size_t i = 0; i < parts->n; i++)
		if (parts->part[i].type != FB_V_PARTS)
			h = mix_bytes(h ^ parts->part[i].type, parts->part[i].v);
	return h;
}

static uint32_t content_of(const struct fb_event *ev)
{
	uint64_t content = ev->event_id;

	for (size_t i = 0; i < ev->nfields; i++)
		content = mix_value(content, &ev->fields[i]);
	return (uint32_t)mixed(content, ev->record);
}

uint32_t fb_telemetry_content(const struct fb_event *ev)
{
	uint32_t content;

	if (!ev->record || ev->line || ev->time == FB_TIME_NONE ||
	    ev->flags & (FB_EVENT_RECOVERED | FB_EVENT_DAMAGED | FB_EVENT_CUT | FB_EVENT_SECOND_HAND))
		return 0;
	content = content_of(ev);
	return content ? content : 1;
}

/* The record that s ends with now. */
static void sum_up(struct fb_telemetry *t, const struct fb_event *ev, struct series *s)
{
	bool first = s->first == s->last, begins = first || ev->record % FB_BLOCK_RECORDS == 0;
	bool whole = !(ev->flags & (FB_EVENT_DAMAGED | FB_EVENT_CUT)) && ev->time != FB_TIME_NONE;
	struct fb_block_sum *to;

	if (!first && s->sum == NONE)
		return;
	if (begins) {
		if (t->nsums == FB_UNIT_SUMS_MAX) {
			s->sum = s->sums = NONE;
			return;
		}
		if (first)
			s->sums = t->nsums;
		else
			t->sums[s->sum].next = t->nsums;
		s->sum = t->nsums++;
		t->sums[s->sum] = (struct sum){ { 0, 0, ev->time }, NONE };
	}
	to = &t->sums[s->sum].s;
	if (!whole || to->last == FB_TIME_NONE) {
		to->last = FB_TIME_NONE;
		return;
	}
	to->last = ev->time;
	to->identity += (uint32_t)mixed(mixed(ev->record, (uint64_t)ev->time), ev->event_id);
	to->content += content_of(ev);
}

static void new_series(struct fb_telemetry *t, const struct fb_event *ev, struct log *l,
		       uint32_t log)
{
	if (t->nseries == FB_UNIT_SERIES_MAX) {
		t->more_series += !l->full || ev->record != l->full_at + 1;
		l->full = true;
		l->full_at = ev->record;
		l->series = NONE;
		return;
	}
	t->series[t->nseries] = (struct series){ log, ev->record, ev->record, ev->time, ev->time, NONE, NONE };
	l->series = t->nseries++;
	sum_up(t, ev, &t->series[l->series]);
}

static void number(struct fb_telemetry *t, const struct fb_event *ev, const struct kind *k)
{
	struct log *l = &t->logs[k->log];
	struct series *s = l->series == NONE ? NULL : &t->series[l->series];

	/* What was recovered is out of order, and may be there twice. */
	if (!ev->record || (ev->flags & FB_EVENT_RECOVERED))
		return;
	l->records++;
	l->renumbered += ev->frame != ev->record;
	if (!s || ev->record - 1 != s->last) {
		if (!s || ev->record < s->first || ev->record > s->last)
			new_series(t, ev, l, k->log);
		return;
	}
	if (ev->time != FB_TIME_NONE && s->last_time != FB_TIME_NONE &&
	    later_by(ev->time, s->last_time, FB_PAUSE_SECONDS * FB_SECOND)) {
		new_series(t, ev, l, k->log);
		return;
	}
	s->last = ev->record;
	sum_up(t, ev, s);
	if (ev->time == FB_TIME_NONE)
		return;
	if (s->last_time != FB_TIME_NONE &&
	    later_by(s->last_time, ev->time, FB_CLOCK_BACK_SECONDS * FB_SECOND))
		add_notice(t, &(struct fb_notice){ .what = FB_NOTICE_CLOCK_BACK, .record = ev->record,
					       .time = ev->time, .other = s->last_time },
			 &k->text[HOST], NULL);
	s->last_time = ev->time;
}

void fb_telemetry_event(struct fb_telemetry *t, const struct fb_event *ev)
{
	struct kind *k = t->last == NONE ? NULL : &t->kinds[t->last];
	struct key key;
	bool fills;

	key_of(t, ev, &key);
	classify(t, ev, &key);
	if (!k || !is_kind(k, &key)) {
		k = find_kind(t, &key);
		if (!k) {
			t->more_kinds++;
			return;
		}
		t->last = (uint32_t)(k - t->kinds);
	}
	fills = k->setting && is_filled(ev, k);
	if (!k->events)
		k->fills = fills;
	if (k->paces && ev->time != FB_TIME_NONE && (k->fills != fills || !near(k, ev->time))) {
		k = stretch(t, k, &key, ev->time, fills);
		if (!k) {
			t->more_kinds++;
			return;
		}
		t->last = (uint32_t)(k - t->kinds);
	}
	k->events++;
	if (ev->time != FB_TIME_NONE) {
		if (k->first == FB_TIME_NONE || ev->time < k->first)
			k->first = ev->time;
		if (k->last == FB_TIME_NONE || ev->time > k->last)
			k->last = ev->time;
	}
	k->filled += fills;
	/* What another program chose to tell has gaps, and is no word of the log itself. */
	if (ev->flags & FB_EVENT_SECOND_HAND)
		return;
	if (k->log != NONE)
		number(t, ev, k);
	if (k->notices)
		notice(t, ev, k);
}

void fb_telemetry_note(struct fb_telemetry *t, const struct fb_note *note)
{
	add_notice(t, &(struct fb_notice){ .what = FB_NOTICE_HEADER, .record = note->next_record,
				       .time = FB_TIME_NONE, .other = FB_TIME_NONE,
				       .flags = note->flags }, NULL, NULL);
}

/* ---- to the broker ---- */

void fb_telemetry_excess(const struct fb_telemetry *t, char text[static FB_PROBLEM_TEXT_MAX])
{
	*text = '\0';
	if (t->more_kinds || t->more_series || t->more_notices)
		(void)snprintf(text, FB_PROBLEM_TEXT_MAX, "beyond what is listed of a unit: %llu events "
			       "of further kinds, %llu runs of record numbers, %llu notices",
			       (unsigned long long)t->more_kinds, (unsigned long long)t->more_series,
			       (unsigned long long)t->more_notices);
}

static void put(struct fb_telemetry *t, struct fb_buf *out, const struct text *x)
{
	fb_put_bytes(out, as_utf8(t, x, FB_KIND_TEXT_MAX));
}

/* What is known of its clock stands beside them, as if it were one. */
static void put_columns(struct fb_telemetry *t, struct fb_buf *out, const struct kind *k)
{
	static const char *const words[FB_CLOCK_COUNT] = { "", FB_COLUMN_LOCAL, FB_COLUMN_TWICE };
	const char *word = words[k->clock];
	size_t n = strlen(word), most = FB_KIND_COLUMNS_MAX - (n ? n + 1 : 0);
	struct fb_slice s = as_utf8(t, &(struct text){ k->columns, FB_V_UTF8 }, most);

	(void)fb_buf_u32(out, (uint32_t)(s.n + (n && s.n) + n));
	(void)fb_buf_slice(out, s);
	if (n && s.n)
		(void)fb_buf_putc(out, ' ');
	(void)fb_buf_puts(out, word);
}

static void put_kind(struct fb_telemetry *t, struct fb_buf *out, const struct kind *k)
{
	(void)fb_buf_putc(out, k->lane);
	(void)fb_buf_u32(out, k->event_id);
	for (unsigned i = 0; i < TEXTS; i++)
		put(t, out, &k->text[i]);
	put_columns(t, out, k);
	(void)fb_buf_u64(out, k->events);
	(void)fb_buf_u64(out, k->filled);
	(void)fb_buf_u64(out, (uint64_t)k->first);
	(void)fb_buf_u64(out, (uint64_t)k->last);
}

/* Of what was exported or forwarded nothing is compared: what is filtered out belongs to it. */
static void put_sums(const struct fb_telemetry *t, struct fb_buf *out, const struct series *s, bool renumbered)
{
	uint32_t n = renumbered || s->sum == NONE ? 0 : (uint32_t)fb_block_sums_of(s->first, s->last);

	(void)fb_buf_u32(out, n * FB_BLOCK_SUM_SIZE);
	for (uint32_t i = s->sums; n; n--, i = t->sums[i].next) {
		(void)fb_buf_u32(out, t->sums[i].s.identity);
		(void)fb_buf_u32(out, t->sums[i].s.content);
		(void)fb_buf_u64(out, (uint64_t)t->sums[i].s.last);
	}
}

static void put_series(struct fb_telemetry *t, struct fb_buf *out, const struct series *s)
{
	const struct log *l = &t->logs[s->log];
	bool renumbered = l->renumbered > l->records / 2;

	put(t, out, &l->host);
	put(t, out, &l->channel);
	(void)fb_buf_u64(out, s->first);
	(void)fb_buf_u64(out, s->last);
	(void)fb_buf_u64(out, (uint64_t)s->first_time);
	(void)fb_buf_u64(out, (uint64_t)s->last_time);
	(void)fb_buf_putc(out, renumbered);
	put_sums(t, out, s, renumbered);
}

static void put_notice(struct fb_telemetry *t, struct fb_buf *out, const struct notice *m)
{
	(void)fb_buf_putc(out, (uint8_t)m->m.what);
	(void)fb_buf_u64(out, m->m.record);
	(void)fb_buf_u64(out, (uint64_t)m->m.time);
	(void)fb_buf_u64(out, (uint64_t)m->m.other);
	(void)fb_buf_u32(out, m->m.flags);
	put(t, out, &m->host);
	put(t, out, &m->text);
}

bool fb_telemetry_put(struct fb_telemetry *t, struct fb_buf *out)
{
	size_t frame = out->n;

	if (t->nomem)
		out->code = FB_ENOMEM;
	if (t->at_kind < t->nkinds) {
		frame = fb_frame_begin(out, FB_M_KINDS);
		while (t->at_kind < t->nkinds && out->n - frame < FRAME_AT)
			put_kind(t, out, &t->kinds[t->at_kind++]);
	} else if (t->at_series < t->nseries) {
		frame = fb_frame_begin(out, FB_M_SERIES);
		while (t->at_series < t->nseries && out->n - frame < FRAME_AT)
			put_series(t, out, &t->series[t->at_series++]);
	} else if (t->at_notice < t->nnotices) {
		frame = fb_frame_begin(out, FB_M_NOTICES);
		while (t->at_notice < t->nnotices && out->n - frame < FRAME_AT)
			put_notice(t, out, &t->notices[t->at_notice++]);
	} else {
		return false;
	}
	if (t->nomem)
		out->code = FB_ENOMEM;
	fb_frame_end(out, frame);
	return true;
}
