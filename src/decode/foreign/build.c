#include "decode/foreign/foreign.h"

#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>

/* ---- an event's fields ---- */

void fgn_event(struct fgn *x, enum fb_lane lane)
{
	x->ev.lane = lane;
	x->ev.flags = FB_EVENT_SECOND_HAND;
	x->ev.time_flags = x->ev.time_digits = 0;
	x->ev.time = FB_TIME_NONE;
	x->ev.record = x->ev.frame = 0;
	x->ev.event_id = x->ev.as_event_id = 0;
	x->ev.as_channel = NULL;
	x->ev.columns = (struct fb_slice){ 0 };
	x->ev.nfields = 0;
	x->computer = x->channel = x->provider = 0;
}

static struct fb_slice clean_name(struct fgn *x, struct fb_slice name)
{
	uint8_t *out, *to;

	if (fb_utf8_valid(name))
		return name;
	out = to = fb_arena_get(&x->scratch, name.n * 3);
	if (!out)
		return FB_LIT("?");
	while (name.n) {
		uint32_t cp;
		int n = fb_utf8_next(name, &cp);

		to += fb_utf8_put(cp, to);
		name = fb_slice_sub(name, n < 0 ? 1 : (size_t)n, name.n);
	}
	return fb_slice(out, (size_t)(to - out));
}

static uint32_t add(struct fgn *x, struct fb_slice name, uint32_t sym, struct fb_slice v,
		    enum fgn_type type)
{
	struct fb_field *f;

	if (x->ev.nfields == FB_FIELDS_MAX || name.n == 0) {
		x->ev.flags |= name.n ? FB_EVENT_CUT : 0;
		return 0;
	}
	f = &x->fields[x->ev.nfields];
	*f = (struct fb_field){ .sym = sym, .type = FB_V_UTF8, .name = clean_name(x, name), .v = v };
	if (type == FGN_NULL)
		f->type = FB_V_NULL;
	if (type == FGN_LIST && v.n) {
		f->type = FB_V_ARRAY;
		f->subtype = FB_V_UTF8;
	}
	return (uint32_t)++x->ev.nfields;
}

uint32_t fgn_add(struct fgn *x, struct fb_slice name, const struct fgn_pair *p)
{
	return add(x, name, fb_syms_find(x->sink->syms, name), p->value, (enum fgn_type)p->type);
}

uint32_t fgn_add_text(struct fgn *x, struct fb_slice name, struct fb_slice value)
{
	return add(x, name, fb_syms_find(x->sink->syms, name), value, FGN_TEXT);
}

uint32_t fgn_add_pair(struct fgn *x, const struct fgn_pair *p)
{
	uint32_t sym = p->column < x->nnames ? x->syms[p->column]
					     : fb_syms_find(x->sink->syms, p->key);

	return add(x, p->key, sym, p->value, (enum fgn_type)p->type);
}

void fgn_time_text(struct fgn *x, struct fb_slice s, bool utc)
{
	struct fgn_when w;

	if (s.n == 0)
		return;
	if (!fgn_when(s, &w)) {
		x->remark = "its time is none that is read here";
		return;
	}
	x->ev.time = w.time;
	x->ev.time_digits = w.digits;
	x->ev.time_flags = w.zoned || utc ? 0 : FB_TIME_LOCAL;
}

int fgn_emit(struct fgn *x)
{
	x->ev.fields = x->fields;
	x->ev.computer = x->computer ? &x->fields[x->computer - 1] : NULL;
	x->ev.channel = x->channel ? &x->fields[x->channel - 1] : NULL;
	x->ev.provider = x->provider ? &x->fields[x->provider - 1] : NULL;
	if (x->pairs.cut || x->more.cut)
		x->ev.flags |= FB_EVENT_CUT;
	return x->sink->event(x->sink, &x->ev);
}

/* ---- a record ---- */

static const char *parse(struct fgn *x, const struct fgn_state *st, struct fb_slice text,
			 char room[static FB_PROBLEM_TEXT_MAX])
{
	size_t found;

	x->pairs.n = x->more.n = 0;
	x->pairs.cut = x->pairs.nomem = x->more.cut = x->more.nomem = false;
	if (st->shape != FGN_CSV) {
		return fgn_json(text, (struct fb_slice){ 0 }, true, &x->scratch, &x->pairs);
	}
	if (x->nnames == 0)
		return "no header before it";
	fgn_csv(text, st->delimiter, x->names, x->nnames, &x->scratch, &x->pairs, &found);
	if (found == x->nnames)
		return NULL;
	(void)snprintf(room, FB_PROBLEM_TEXT_MAX, "%zu values where the header names %zu", found,
		       x->nnames);
	return room;
}

static int take_record(struct fgn *x, const struct fgn_state *st, struct fb_slice raw,
		       uint64_t offset, bool cut)
{
	char room[FB_PROBLEM_TEXT_MAX];
	struct fb_slice text = raw;
	const char *wrong;
	int code = 0;

	fb_arena_reset(&x->scratch);
	if (st->wide) {
		uint8_t *to = fb_arena_get(&x->scratch, raw.n / 2 * 3 + 1);

		if (!to)
			return FB_ENOMEM;
		text = fb_slice(to, fb_utf16_to_utf8_raw(raw, to));
	}
	x->view = (struct fgn_view){ x->kind, text };
	x->ev = (struct fb_event){ .offset = offset, .length = raw.n, .raw = raw, .priv = &x->view,
				   .line = st->lines + 1 };
	x->remark = NULL;
	/* A copy of the header: files that were put together. */
	if (st->shape == FGN_CSV && fb_slice_eq(raw, st->header)) {
		fb_sink_decoded(x->sink, raw.n);
		return 0;
	}
	wrong = parse(x, st, text, room);
	if (!wrong && !x->pairs.nomem)
		wrong = x->kind->take(x, &x->pairs, &code);
	if (x->pairs.nomem || x->more.nomem)
		return FB_ENOMEM;
	if (wrong) {
		fb_sink_rejected(x->sink, offset, raw.n, cut ? FB_WHY_TRUNCATED : FB_WHY_BAD_LINE,
				 wrong);
		return code;
	}
	if (x->remark)
		fb_sink_remark(x->sink, offset, raw.n, FB_WHY_BAD_VALUE, x->remark);
	fb_sink_decoded(x->sink, raw.n);
	return code;
}

/* ---- a unit ---- */

static int read_header(struct fgn *x, const struct fgn_state *st)
{
	struct fb_slice text = st->header;

	x->nnames = 0;
	if (st->shape != FGN_CSV || text.n == 0)
		return 0;
	if (st->wide) {
		uint8_t *to = fb_arena_get(x->sink->arena, text.n / 2 * 3 + 1);

		if (!to)
			return FB_ENOMEM;
		text = fb_slice(to, fb_utf16_to_utf8_raw(text, to));
	}
	x->nnames = fgn_csv_header(text, st->delimiter, x->sink->arena, x->names);
	for (size_t i = 0; i < x->nnames; i++)
		x->syms[i] = fb_syms_find(x->sink->syms, x->names[i]);
	return 0;
}

static int records(struct fgn *x, struct fgn_state *st, const struct fb_unit *unit, size_t at)
{
	while (at < unit->data.n) {
		struct fb_slice rest = fb_slice_sub(unit->data, at, unit->data.n);
		struct fgn_step step;
		int code = 0;

		fgn_step(st, rest, false, &step);
		fb_sink_decoded(x->sink, step.at);
		/* Lines are counted up to the record's first. */
		if (step.kind == FGN_REJECT) {
			fb_sink_rejected(x->sink, unit->base + at + step.at, step.take - step.at,
					 step.why, step.text);
		} else if (step.kind == FGN_REC) {
			struct fgn_state here = *st;
			struct fgn_step lead = { .take = step.at };
			bool cut = unit->last && step.take == rest.n && step.at + step.n == step.take;

			fgn_behind(&here, rest, &lead);
			code = take_record(x, &here, fb_slice_sub(rest, step.at, step.n),
					   unit->base + at + step.at, cut);
			fb_sink_decoded(x->sink, step.take - step.at - step.n);
		}
		if (code)
			return code;
		fgn_behind(st, rest, &step);
		at += step.take;
	}
	return 0;
}

int fgn_decode(const struct fgn_kind *kind, const struct fb_unit *unit, struct fb_sink *sink)
{
	struct fgn x = { .sink = sink, .kind = kind };
	struct fgn_state st;
	size_t at;
	int code = FB_ENOMEM;

	fgn_state_load(&st, unit->ctx);
	at = fgn_state_begin(&st, unit->data);
	fb_sink_decoded(sink, at);
	fb_arena_init(&x.scratch, FB_FOREIGN_MEMORY);
	x.pairs.v = calloc(FB_FIELDS_MAX, sizeof *x.pairs.v);
	x.more.v = calloc(FB_FIELDS_MAX, sizeof *x.more.v);
	x.fields = calloc(FB_FIELDS_MAX, sizeof *x.fields);
	x.names = fb_arena_calloc(sink->arena, FB_FOREIGN_COLUMNS_MAX, sizeof *x.names);
	x.syms = fb_arena_calloc(sink->arena, FB_FOREIGN_COLUMNS_MAX, sizeof *x.syms);
	if (x.pairs.v && x.more.v && x.fields && x.names && x.syms && !read_header(&x, &st))
		code = records(&x, &st, unit, at);
	fb_arena_dispose(&x.scratch);
	free(x.pairs.v);
	free(x.more.v);
	free(x.fields);
	return code;
}

/* ---- recognising ---- */

#define PROBE_MEMORY (8u << 20)

/* "a|b": is one of them there? */
static bool has_any(const struct fgn_pairs *p, const char *names)
{
	char one[96];

	while (*names) {
		size_t n = strcspn(names, "|");

		(void)snprintf(one, sizeof one, "%.*s", (int)n, names);
		for (size_t i = 0; i < p->n; i++) {
			size_t len = strlen(one);

			/* An object is there where something below it is. */
			if (fb_slice_eqs(p->v[i].key, one) ||
			    (p->v[i].key.n > len && memcmp(p->v[i].key.p, one, len) == 0 &&
			     p->v[i].key.p[len] == '.'))
				return true;
		}
		names += n + (names[n] == '|');
	}
	return false;
}

/* All columns are there, whatever else is. */
static bool has_columns(struct fb_arena *arena, const struct fgn_kind *kind,
			const struct fgn_state *st)
{
	struct fb_slice *names = fb_arena_calloc(arena, FB_FOREIGN_COLUMNS_MAX, sizeof *names);
	struct fb_slice text = st->header;
	struct fgn_pairs pairs = { 0 };
	size_t n;

	if (!names || !kind->columns || text.n == 0)
		return false;
	if (st->wide) {
		uint8_t *to = fb_arena_get(arena, text.n / 2 * 3 + 1);

		if (!to)
			return false;
		text = fb_slice(to, fb_utf16_to_utf8_raw(text, to));
	}
	n = fgn_csv_header(text, st->delimiter, arena, names);
	pairs.v = fb_arena_calloc(arena, n + 1, sizeof *pairs.v);
	if (!pairs.v)
		return false;
	for (size_t i = 0; i < n; i++)
		pairs.v[pairs.n++].key = names[i];
	for (size_t i = 0; kind->columns[i]; i++)
		if (!has_any(&pairs, kind->columns[i]))
			return false;
	return n != 0;
}

/* Of the first object; one that is longer than what is looked at is taken as far as that. */
static bool has_keys(struct fb_arena *arena, const struct fgn_kind *kind,
		     const struct fgn_state *st, struct fb_slice text)
{
	struct fgn_pairs pairs = { 0 };
	size_t open;

	if (!kind->keys)
		return false;
	if (st->wide) {
		uint8_t *to = fb_arena_get(arena, text.n / 2 * 3 + 1);

		if (!to)
			return false;
		text = fb_slice(to, fb_utf16_to_utf8_raw(text, to));
	}
	open = fb_slice_find(text, FB_LIT("{"));
	pairs.v = fb_arena_calloc(arena, FB_FIELDS_MAX, sizeof *pairs.v);
	if (open == text.n || !pairs.v)
		return false;
	(void)fgn_json(fb_slice_sub(text, open, text.n), (struct fb_slice){ 0 }, false, arena, &pairs);
	for (size_t i = 0; kind->keys[i]; i++)
		if (!has_any(&pairs, kind->keys[i]))
			return false;
	return pairs.n != 0;
}

/* A word that all such files have in their first bytes: most files are told by this. */
static bool has_word(struct fb_slice head, const char *word)
{
	char one[96], wide[192];
	size_t n = strcspn(word, "|."), k = 0;

	if (word[n] == '|')
		return true;
	(void)snprintf(one, sizeof one, "%.*s", (int)n, word);
	for (; k < n && k < sizeof one; k++) {
		wide[2 * k] = one[k];
		wide[2 * k + 1] = 0;
	}
	return fb_slice_find(head, fb_slice_str(one)) < head.n ||
	       fb_slice_find(head, fb_slice(wide, 2 * k)) < head.n;
}

int fgn_probe(const struct fgn_kind *kind, struct fb_slice head, bool whole)
{
	struct fgn_state st = { 0 };
	struct fb_arena arena;
	bool ours;
	size_t at;

	(void)whole;
	if (head.n < 2 || (head.p[0] < 0x20 && head.p[0] != '\n' && head.p[0] != '\r') ||
	    !((kind->columns && has_word(head, kind->columns[0])) ||
	      (kind->keys && has_word(head, kind->keys[0]))))
		return 0;
	at = fgn_state_begin(&st, head);
	fb_arena_init(&arena, PROBE_MEMORY);
	ours = st.shape == FGN_CSV ? has_columns(&arena, kind, &st)
				   : has_keys(&arena, kind, &st, fb_slice_sub(head, at, head.n));
	fb_arena_dispose(&arena);
	return ours ? kind->sure ? kind->sure : 90 : 0;
}
