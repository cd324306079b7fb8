/* Matching: one event to its plan, one scan, the candidates' trees. */
#include "detect/sigma/state.h"

#include "base/limits.h"
#include "base/text.h"

#include <stdlib.h>

#define TEXT_ROOM (64u << 10)
#define JIT_STACK_MIN (32u << 10)
#define JIT_STACK_MAX (512u << 10)

int sg_open(const struct fb_ruleset *set, void **state)
{
	const struct sg_set *s = set->compiled;
	struct sg_state *st = calloc(1, sizeof *st);
	uint32_t words = 1;

	if (!st)
		return FB_ENOMEM;
	st->s = s;
	for (uint32_t i = 0; i < s->nplans; i++)
		words = s->plans[i]->nwords > words ? s->plans[i]->nwords : words;
	st->memo = calloc(s->npreds + 1u, sizeof *st->memo);
	st->head = calloc(SG_SYMS_ALL, sizeof *st->head);
	st->candidates = calloc(words, sizeof *st->candidates);
	st->captured = calloc(s->ncaptures + 1u, sizeof *st->captured);
	fb_buf_init(&st->made_value, FB_EVENT_TEXT_MAX);
	fb_buf_init(&st->values, ((size_t)s->ncaptures + 1) * FB_CAPTURES_MAX * (FB_CAPTURE_VALUE_MAX + 2));
	fb_buf_init(&st->folded, FB_EVENT_TEXT_MAX);
	fb_buf_init(&st->raw, FB_EVENT_TEXT_MAX);
	fb_buf_init(&st->made, FB_EVENT_TEXT_MAX);
	/* Room from the start: no pointer into them is ever NULL. */
	if (fb_buf_reserve(&st->folded, TEXT_ROOM) || fb_buf_reserve(&st->raw, TEXT_ROOM) ||
	    fb_buf_reserve(&st->made, TEXT_ROOM))
		goto fail;
	st->match = pcre2_match_data_create(1, NULL);
	st->context = pcre2_match_context_create(NULL);
	st->stack = pcre2_jit_stack_create(JIT_STACK_MIN, JIT_STACK_MAX, NULL);
	if (!st->memo || !st->head || !st->candidates || !st->captured || !st->match || !st->context || !st->stack)
		goto fail;
	if (s->scratch && hs_clone_scratch(s->scratch, &st->scratch) != HS_SUCCESS)
		goto fail;
	/* Counts, not the clock: the same on every machine. */
	(void)pcre2_set_match_limit(st->context, FB_REGEX_MATCH_LIMIT);
	(void)pcre2_set_depth_limit(st->context, 1000);
	(void)pcre2_set_heap_limit(st->context, 8192);
	pcre2_jit_stack_assign(st->context, NULL, st->stack);
	*state = st;
	return 0;
fail:
	sg_close(st);
	return FB_ENOMEM;
}

void sg_close(void *state)
{
	struct sg_state *st = state;

	if (!st)
		return;
	free(st->memo);
	free(st->head);
	free(st->candidates);
	free(st->captured);
	fb_buf_dispose(&st->values);
	fb_buf_dispose(&st->made_value);
	fb_buf_dispose(&st->folded);
	fb_buf_dispose(&st->raw);
	fb_buf_dispose(&st->made);
	pcre2_match_data_free(st->match);
	pcre2_match_context_free(st->context);
	pcre2_jit_stack_free(st->stack);
	if (st->scratch)
		hs_free_scratch(st->scratch);
	free(st);
}

/* --- texts --- */

static void text_failed(struct sg_state *st, struct fb_buf *b)
{
	if (b->code == FB_ENOMEM)
		st->code = FB_ENOMEM;
	else
		st->cut = true;
	b->code = 0;
}

struct fb_slice sg_folded(struct sg_state *st, uint32_t i)
{
	struct sg_text *t = &st->folded_at[i];

	if (!(st->have[i] & 1)) {
		const struct fb_field *f = sg_field(st, i);
		size_t at = st->folded.n;

		st->have[i] |= 1;
		if (f->type == FB_V_UTF16 && f->v.n <= FB_VALUE_MAX / 2) {
			size_t room = f->v.n / 2 * 3;

			if (st->folded.cap - at >= room ||
			    fb_buf_reserve(&st->folded, room) == 0)
				st->folded.n += fb_utf16_fold_raw(f->v, st->folded.p + at);
		} else if (f->type == FB_V_UTF8 && f->v.n <= FB_VALUE_MAX / 3) {
			size_t room = f->v.n * 3;

			if (st->folded.cap - at >= room ||
			    fb_buf_reserve(&st->folded, room) == 0)
				st->folded.n += fb_utf8_fold_raw(f->v, st->folded.p + at);
		} else {
			(void)fb_value_fold(f, &st->folded);
		}
		if (fb_buf_code(&st->folded)) {
			st->folded.n = at;
			text_failed(st, &st->folded);
		}
		t->at = (uint32_t)at;
		t->n = (uint32_t)(st->folded.n - at);
	}
	return fb_slice(st->folded.p + t->at, t->n);
}

struct fb_slice sg_raw(struct sg_state *st, uint32_t i)
{
	const struct fb_field *f = sg_field(st, i);
	struct sg_text *t = &st->raw_at[i];

	if (f->type == FB_V_UTF8)
		return fb_slice_sub(f->v, 0, FB_VALUE_MAX);
	if (!(st->have[i] & 2)) {
		size_t at = st->raw.n;

		st->have[i] |= 2;
		(void)fb_value_text(f, &st->raw);
		if (fb_buf_code(&st->raw)) {
			st->raw.n = at;
			text_failed(st, &st->raw);
		}
		t->at = (uint32_t)at;
		t->n = (uint32_t)(st->raw.n - at);
	}
	return fb_slice(st->raw.p + t->at, t->n);
}

/* --- the event's fields by symbol --- */

static void link_field(struct sg_state *st, uint32_t sym, uint32_t i)
{
	st->next[i] = SG_NO_FIELD;
	if (st->head[sym].turn != st->turn) {
		st->head[sym].turn = st->turn;
		st->head[sym].first = (uint16_t)i;
	} else {
		st->next[st->head[sym].last] = (uint16_t)i;
	}
	st->head[sym].last = (uint16_t)i;
}

/* An array of texts is several fields of one name, as Event Viewer shows it. Items
 * beyond the room stay together in the last one. */
static void link_items(struct sg_state *st, const struct fb_field *f)
{
	size_t unit = f->subtype == FB_V_UTF16 ? 2 : 1;
	struct fb_slice rest = f->v;

	while (rest.n >= unit) {
		size_t n = 0, next;
		uint32_t i = st->nfields;

		while (n + unit <= rest.n && (rest.p[n] || (unit == 2 && rest.p[n + 1])))
			n += unit;
		next = n + unit;
		if (i - st->ev->nfields == FB_ARRAY_ITEMS_MAX - 1)
			n = next = rest.n;
		st->extra[i - st->ev->nfields] = (struct fb_field){
			.sym = f->sym, .type = f->subtype, .name = f->name, .v = { rest.p, n } };
		st->have[i] = 0;
		link_field(st, f->sym, i);
		st->nfields++;
		rest = fb_slice_sub(rest, next, rest.n);
		if (st->nfields - st->ev->nfields == FB_ARRAY_ITEMS_MAX)
			break;
	}
}

static bool has_items(const struct fb_field *f)
{
	return f->type == FB_V_ARRAY && (f->subtype == FB_V_UTF16 || f->subtype == FB_V_ANSI) &&
	       f->v.n;
}

static void index_fields(struct sg_state *st)
{
	for (uint32_t i = 0; i < st->ev->nfields; i++) {
		const struct fb_field *f = &st->ev->fields[i];

		if (!f->sym || f->sym >= FB_SYMS_MAX)
			continue;
		if (has_items(f) && st->nfields - st->ev->nfields < FB_ARRAY_ITEMS_MAX)
			link_items(st, f);
		else
			link_field(st, f->sym, i);
	}
}

static const struct fb_field *field_of(const struct sg_state *st, uint32_t sym)
{
	if (sym == 0 || st->head[sym].turn != st->turn)
		return NULL;
	return sg_field(st, st->head[sym].first);
}

/* The text from `from` on with what the map says of it: a beginning, or the whole,
 * replaced. */
static int put_mapped(struct fb_buf *out, size_t from, const char *const *map, bool whole)
{
	struct fb_slice text = fb_slice(out->p + from, out->n - from);

	for (; map && *map; map += 2) {
		struct fb_slice old = fb_slice_str(map[0]);
		size_t grow = strlen(map[1]);

		if (text.n < old.n || !fb_slice_ieq(fb_slice_sub(text, 0, old.n), old) ||
		    (whole && text.n != old.n))
			continue;
		if (fb_buf_reserve(out, grow))
			return out->code;
		memmove(out->p + from + grow, out->p + from + old.n, text.n - old.n);
		memcpy(out->p + from, map[1], grow);
		out->n = out->n - old.n + grow;
		break;
	}
	return 0;
}

/* Of "SHA1=ab,MD5=cd" what stands behind "MD5=". false: nothing. */
static bool keep_part(struct fb_buf *out, size_t from, struct fb_slice key)
{
	struct fb_slice rest = fb_slice(out->p + from, out->n - from);

	while (rest.n) {
		size_t n = fb_slice_find(rest, FB_LIT(","));
		struct fb_slice part = fb_slice_trim(fb_slice_sub(rest, 0, n));

		if (fb_slice_ieq(fb_slice_sub(part, 0, key.n), key)) {
			part = fb_slice_sub(part, key.n, part.n);
			memmove(out->p + from, part.p, part.n);
			out->n = from + part.n;
			return true;
		}
		rest = fb_slice_sub(rest, n + 1, rest.n);
	}
	out->n = from;
	return false;
}

/* One field put together into st->made; false: its parts are not there. */
static bool make_synth(struct sg_state *st, const struct sg_synth *y)
{
	const struct fb_field *a = field_of(st, y->a), *b = field_of(st, y->b);
	size_t from = st->made.n;

	if (!a || (y->kind == SG_SYNTH_JOIN && !b))
		return false;
	(void)fb_value_text(a, &st->made);
	if (y->kind == SG_SYNTH_JOIN) {
		(void)fb_buf_puts(&st->made, y->separator);
		(void)fb_value_text(b, &st->made);
	}
	if (!st->made.code && y->kind == SG_SYNTH_PART)
		return keep_part(&st->made, from, fb_slice_str(y->separator));
	if (!st->made.code)
		(void)put_mapped(&st->made, from, y->map, y->kind == SG_SYNTH_MAP);
	if (!st->made.code)
		return true;
	st->made.n = from;
	text_failed(st, &st->made);
	return false;
}

/* Fields that this plan puts together, appended behind the event's own. */
static void make_synths(struct sg_state *st)
{
	struct sg_text at[SG_SYNTHS_MAX];
	uint32_t sym[SG_SYNTHS_MAX];
	uint32_t n = 0;

	fb_buf_clear(&st->made);
	for (uint32_t k = 0; k < st->plan->nsynths; k++) {
		const struct sg_synth *y = &st->s->synths[st->plan->synths[k]];
		size_t from = st->made.n;

		if (!make_synth(st, y))
			continue;
		at[n] = (struct sg_text){ (uint32_t)from, (uint32_t)(st->made.n - from) };
		sym[n++] = y->out;
	}
	for (uint32_t k = 0; k < n; k++) {
		uint32_t i = st->nfields++;

		st->extra[i - st->ev->nfields] = (struct fb_field){
			.sym = sym[k], .type = FB_V_UTF8,
			.v = fb_slice(st->made.p + at[k].at, at[k].n) };
		link_field(st, sym[k], i);
		st->have[i] = 0;
	}
}

/* --- the scan --- */

static void take_hit(struct sg_state *st, const struct sg_lit *lit, const struct sg_piece *piece,
		     uint64_t to)
{
	const struct sg_plan *plan = st->plan;

	for (uint32_t k = 0; k < lit->n; k++) {
		const struct sg_lit_ref *ref = &plan->refs[lit->first + k];

		if (ref->sym != piece->sym && ref->sym != SG_SLOT_ANY)
			continue;
		if ((ref->anchors & SG_REF_END) && to != piece->to)
			continue;
		if ((ref->anchors & SG_REF_START) && to - lit->length != piece->from)
			continue;
		for (uint32_t r = 0; r < ref->n; r++) {
			uint32_t rule = plan->lit_rules[ref->first + r];

			st->candidates[rule / 64] |= 1ull << rule % 64;
		}
	}
}

static int on_hit(unsigned id, unsigned long long from, unsigned long long to, unsigned flags,
		  void *user)
{
	struct sg_state *st = user;
	const struct sg_lit *lit = &st->plan->lits[id];

	(void)from;
	(void)flags;
	if (id >= st->plan->nlits)
		return 0; /* of a damaged image */
	for (uint32_t i = 0; i < st->nwithin; i++)
		if (to > st->within[i].from && to <= st->within[i].to)
			take_hit(st, lit, &st->within[i], to);
	/* Hits come in the order of their ends; go back if they ever do not. */
	if (st->hint == st->npieces || to <= st->piece[st->hint].from)
		st->hint = 0;
	while (st->hint < st->npieces && to > st->piece[st->hint].to)
		st->hint++;
	if (st->hint < st->npieces && to > st->piece[st->hint].from)
		take_hit(st, lit, &st->piece[st->hint], to);
	return 0;
}

static bool wanted(const struct sg_plan *plan, uint32_t sym)
{
	return sym < SG_SYMS_ALL && (plan->wanted[sym / 8] >> sym % 8 & 1);
}

static bool is_number(const struct fb_field *f)
{
	return (f->type >= FB_V_I8 && f->type <= FB_V_U64) ||
	       (f->type >= FB_V_BINARY && f->type <= FB_V_HEX64);
}

static bool to_scan(const struct sg_plan *plan, const struct fb_field *f)
{
	if (f->type == FB_V_NULL)
		return false;
	if (!plan->scan_all)
		/* An array's items are scanned instead of it. */
		return wanted(plan, f->sym) && !has_items(f);
	return plan->scan_numbers || !is_number(f) || wanted(plan, f->sym);
}

/* A line of ASCII is folded as it stands, its fields are parts of that: the blanks
 * between them separate as well as anything, since a literal that reaches over one
 * only makes a candidate, which is then tried. Where an address was made of two
 * neighbours ("/a b" is "/a?b") it is made here, too. */
static void fold_line(struct sg_state *st)
{
	const struct fb_event *ev = st->ev;
	uintptr_t line = (uintptr_t)ev->raw.p;

	if (ev->lane != FB_LANE_WEB || ev->raw.n == 0 || ev->raw.n > FB_VALUE_MAX ||
	    fb_buf_reserve(&st->folded, ev->raw.n) || !fb_ascii_fold_raw(ev->raw, st->folded.p))
		return;
	st->folded.n = ev->raw.n;
	for (uint32_t i = 0; i < ev->nfields; i++) {
		const struct fb_field *f = &ev->fields[i];
		uintptr_t at = (uintptr_t)f->v.p - line;
		size_t n = f->v.n;

		if ((f->type != FB_V_UTF8 && f->type != FB_V_URI) || n == 0 || at >= ev->raw.n ||
		    n > ev->raw.n - at)
			continue;
		if (f->type == FB_V_URI && f->v2.n) {
			if (f->v2.p != f->v.p + n + 1 || f->v2.n > ev->raw.n - at - n - 1)
				continue;
			st->folded.p[at + n] = '?';
			n += 1 + f->v2.n;
		}
		st->have[i] |= 1;
		st->folded_at[i] = (struct sg_text){ (uint32_t)at, (uint32_t)n };
	}
}

static void add_piece(struct sg_state *st, uint32_t from, uint32_t n, uint32_t sym)
{
	struct sg_piece piece = { from, from + n, sym };

	if (st->npieces && from < st->piece[st->npieces - 1].to)
		st->within[st->nwithin++] = piece;
	else
		st->piece[st->npieces++] = piece;
}

static void scan(struct sg_state *st)
{
	const struct sg_plan *plan = st->plan;

	st->npieces = st->nwithin = st->hint = 0;
	for (uint32_t i = 0; i < st->nfields; i++) {
		const struct fb_field *f = sg_field(st, i);
		struct fb_slice text;
		bool there = st->have[i] & 1;

		if (!to_scan(plan, f))
			continue;
		text = sg_folded(st, i);
		if (text.n == 0 || (!there && fb_buf_putc(&st->folded, 0xFF)))
			continue;
		add_piece(st, st->folded_at[i].at, st->folded_at[i].n, f->sym);
	}
	if (fb_buf_code(&st->folded))
		text_failed(st, &st->folded);
	if (st->npieces && hs_scan(plan->db, (const char *)st->folded.p, (unsigned)st->folded.n, 0,
				   st->scratch, on_hit, st) != HS_SUCCESS)
		memset(st->candidates, 0xFF, plan->nwords * sizeof *st->candidates);
}

/* --- rules --- */

/* before: hits of the event's earlier plans, which may have the same rule; within a
 * plan rules come in their order. */
static void add_hit(struct fb_hits *hits, uint32_t before, uint32_t rule)
{
	if (hits->n && hits->v[hits->n - 1].rule == rule)
		return;
	for (uint32_t i = 0; i < before; i++)
		if (hits->v[i].rule == rule)
			return;
	if (hits->n == FB_HITS_MAX)
		hits->lost++;
	else
		hits->v[hits->n++] = (struct fb_hit){ rule, 0 };
}

/* A hit; with what correlations want of it. */
static void rule_hit(struct sg_state *st, uint32_t rule, uint32_t before, struct fb_hits *hits)
{
	add_hit(hits, before, rule);
	if (st->s->captures && st->s->captures[rule] && sg_capture(st, rule))
		st->code = FB_ENOMEM;
}

static void try_rule(struct sg_state *st, const struct sg_plan_rule *r, uint32_t before,
		     struct fb_hits *hits)
{
	enum sg_answer answer = SG_YES;

	if (r->cond != SG_NONE)
		answer = sg_ask(st, r->cond);
	if (answer == SG_YES)
		answer = sg_eval(st, st->s->entry[r->rule]);
	if (answer == SG_YES)
		rule_hit(st, r->rule, before, hits);
	else if (answer == SG_LOST)
		hits->lost++;
}

void sg_prepare(struct sg_state *st, const struct sg_plan *plan)
{
	if (++st->turn == 1u << 30) {
		memset(st->memo, 0, st->s->npreds * sizeof *st->memo);
		memset(st->head, 0, SG_SYMS_ALL * sizeof *st->head);
		st->turn = 1;
	}
	st->plan = plan;
	st->nfields = (uint32_t)st->ev->nfields;
	memset(st->have, 0, st->nfields);
	fb_buf_clear(&st->folded);
	fb_buf_clear(&st->raw);
	index_fields(st);
	fold_line(st);
	if (plan->nsynths)
		make_synths(st);
	memcpy(st->candidates, plan->always, plan->nwords * sizeof *st->candidates);
	if (plan->db)
		scan(st);
}

static void run_plan(struct sg_state *st, const struct sg_plan *plan, struct fb_hits *hits)
{
	uint32_t before = hits->n;

	sg_prepare(st, plan);
	for (uint32_t w = 0; w < plan->nwords; w++) {
		uint64_t bits = st->candidates[w];

		while (bits) {
			uint32_t i = w * 64 + (uint32_t)__builtin_ctzll(bits);

			bits &= bits - 1;
			if (i < plan->nrules)
				try_rule(st, &plan->rules[i], before, hits);
		}
	}
}

/* --- routes --- */

static uint32_t look_up(struct sg_state *st, const struct sg_name *names, uint32_t n,
			uint32_t missing, const struct fb_field *f)
{
	uint8_t folded[1024];
	struct fb_slice name;
	struct fb_buf b;
	uint32_t id = missing;

	fb_buf_init(&b, sizeof folded);
	if (fb_value_fold(f, &b) == 0) {
		name = fb_buf_view(&b);
		for (uint32_t i = 0; i < n; i++)
			if (fb_slice_eq(name, fb_slice(names[i].folded, names[i].n)))
				id = i;
	} else if (fb_buf_code(&b) == FB_ENOMEM) {
		st->code = FB_ENOMEM;
	}
	fb_buf_dispose(&b);
	return id;
}

/* The index of a channel or provider; a few names come over and over. */
static uint32_t name_id(struct sg_state *st, struct sg_cached_name *cache,
			const struct sg_name *names, uint32_t n, uint32_t missing,
			const struct fb_field *f)
{
	struct sg_cached_name *c;
	size_t len = f ? f->v.n : 0;

	if (len == 0)
		return missing;
	if (len > sizeof c->bytes || f->type == FB_V_PARTS || f->v2.n)
		return look_up(st, names, n, missing, f);
	/* Even places: UTF-16 has its letters there. */
	c = &cache[(len / 2 ^ f->v.p[len / 4 * 2] ^ f->v.p[(len - 1) / 2 * 2]) & 15];
	if (c->n != len || c->type != f->type || memcmp(c->bytes, f->v.p, len) != 0) {
		c->id = look_up(st, names, n, missing, f);
		c->type = f->type;
		c->n = (uint16_t)len;
		memcpy(c->bytes, f->v.p, len);
	}
	return c->id;
}

uint32_t sg_plans_of(struct sg_state *st, const struct fb_event *ev,
		     const struct sg_plan *out[static SG_PLANS_MAX])
{
	const struct fb_field *channel = ev->as_channel ? ev->as_channel : ev->channel;
	uint32_t event_id = ev->as_channel ? ev->as_event_id : ev->event_id;
	const struct sg_set *s = st->s;
	uint32_t n = 0, id;

	if (ev->lane != FB_LANE_EVTX && !ev->as_channel) {
		if (ev->lane < FB_LANE_COUNT && s->lane_plan[ev->lane])
			out[n++] = s->lane_plan[ev->lane];
		return n;
	}
	id = name_id(st, st->channel, s->channels, s->nchannels, 0, channel);
	out[n] = sg_route_plan(s, id, event_id);
	n += out[n] != NULL;
	if (s->split) {
		out[n] = sg_route_plan(s, s->nchannels, event_id);
		n += out[n] != NULL;
	}
	if (s->nproviders) {
		id = name_id(st, st->provider, s->providers, s->nproviders, SG_NONE, ev->provider);
		if (id != SG_NONE && s->provider_plan[id])
			out[n++] = s->provider_plan[id];
	}
	return n;
}

int sg_match(void *state, const struct fb_event *ev, struct fb_hits *hits)
{
	const struct sg_plan *plans[SG_PLANS_MAX];
	struct sg_state *st = state;
	struct fb_event clipped;
	uint32_t n;

	if (ev->nfields > FB_FIELDS_MAX) {
		clipped = *ev;
		clipped.nfields = FB_FIELDS_MAX;
		ev = &clipped;
		hits->lost++;
	}
	st->ev = ev;
	st->code = 0;
	st->cut = false;
	st->ncaptured = 0;
	n = sg_plans_of(st, ev, plans);
	for (uint32_t i = 0; i < n; i++)
		run_plan(st, plans[i], hits);
	hits->lost += st->cut;
	return st->code;
}
