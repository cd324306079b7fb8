/* The answer of a predicate, asked at most once per event, and of a rule's tree.
 * SG_LOST is neither yes nor no: a limit was reached. It goes through the tree as
 * in three-valued logic, so that a rule neither fires nor is excluded by it unless
 * the rest decides. */
#include "detect/sigma/state.h"

#include "base/text.h"
#include "base/time.h"
#include "detect/sigma/number.h"

#include <arpa/inet.h>

struct fields {
	const struct sg_state *st;
	uint32_t one[2];
	const uint32_t *sym; /* 0 ends */
	uint32_t at;         /* next field; SG_NO_FIELD: the next symbol's */
	bool all;
};

static uint32_t first_of(const struct sg_state *st, uint32_t sym)
{
	return sym < SG_SYMS_ALL && st->head[sym].turn == st->turn ? st->head[sym].first
								   : SG_NO_FIELD;
}

/* The fields of a slot, one after the other. */
static void fields_begin(struct fields *f, const struct sg_state *st, uint32_t slot)
{
	*f = (struct fields){ .st = st, .at = SG_NO_FIELD };
	if (slot == SG_SLOT_ANY) {
		f->all = true;
		f->at = 0;
		return;
	}
	if (slot >= SG_VIRTUAL) {
		f->sym = st->plan->virtuals[slot - SG_VIRTUAL].sym;
		return;
	}
	f->one[0] = slot;
	f->sym = f->one;
}

static bool fields_next(struct fields *f, uint32_t *out)
{
	if (f->all) {
		*out = f->at;
		return f->at++ < f->st->ev->nfields;
	}
	while (f->at == SG_NO_FIELD) {
		if (*f->sym == 0)
			return false;
		f->at = first_of(f->st, *f->sym++);
	}
	*out = f->at;
	f->at = f->st->next[f->at];
	return true;
}

bool sg_first_value(const struct sg_state *st, uint32_t slot, uint32_t *field)
{
	struct fields f;

	fields_begin(&f, st, slot);
	while (fields_next(&f, field))
		if (!fb_value_is_null(sg_field(st, *field)))
			return true;
	return false;
}

static bool ends_with(struct fb_slice a, struct fb_slice b)
{
	return a.n >= b.n && (b.n == 0 || memcmp(a.p + (a.n - b.n), b.p, b.n) == 0);
}

static bool contains(struct fb_slice a, struct fb_slice b)
{
	return b.n == 0 || (b.n <= a.n && fb_slice_find(a, b) < a.n);
}

static enum sg_answer match_re(struct sg_state *st, const struct sg_val *v, struct fb_slice text)
{
	int r = pcre2_match(v->re, text.n ? text.p : (const uint8_t *)"", text.n, 0, 0, st->match,
			    st->context);

	return r >= 0 ? SG_YES : r == PCRE2_ERROR_NOMATCH ? SG_NO : SG_LOST;
}

/* Monday's week of ISO 8601. */
static unsigned iso_week(int64_t days, int64_t year)
{
	int64_t thursday = days - (days % 7 + 7 + 3) % 7 + 3; /* day 0 was a Thursday */
	unsigned m, d;

	fb_civil_from_days(thursday, &year, &m, &d);
	return (unsigned)((thursday - fb_days_from_civil(year, 1, 1)) / 7 + 1);
}

static bool time_part(struct fb_slice text, enum sg_part part, struct sg_number *out)
{
	fb_time t;
	int64_t days, seconds, year;
	unsigned month, day;
	uint64_t n = 0;

	if (!fb_time_parse(fb_slice_trim(text), &t, NULL))
		return false;
	days = t / (86400 * FB_SECOND);
	if (t % (86400 * FB_SECOND) < 0)
		days--;
	seconds = (t - days * 86400 * FB_SECOND) / FB_SECOND;
	fb_civil_from_days(days, &year, &month, &day);
	switch (part) {
	case SG_P_MINUTE:
		n = (uint64_t)(seconds / 60 % 60);
		break;
	case SG_P_HOUR:
		n = (uint64_t)(seconds / 3600);
		break;
	case SG_P_DAY:
		n = day;
		break;
	case SG_P_WEEK:
		n = iso_week(days, year);
		break;
	case SG_P_MONTH:
		n = month;
		break;
	case SG_P_YEAR:
	case SG_P_NONE:
		n = (uint64_t)year;
		break;
	}
	*out = (struct sg_number){ .magnitude = n };
	return true;
}

static bool match_number(struct sg_state *st, const struct sg_val *v, uint32_t i)
{
	const struct fb_field *f = sg_field(st, i);
	struct sg_number n = { 0 };
	int d;

	if (v->part != SG_P_NONE) {
		if (!time_part(sg_raw(st, i), (enum sg_part)v->part, &n))
			return false;
	} else if (!fb_value_int(f, &n.magnitude, &n.negative) &&
		   !sg_number(fb_slice_trim(sg_raw(st, i)), &n)) {
		return false;
	}
	d = sg_number_cmp(&n, &v->number);
	switch ((enum sg_cmp)v->cmp) {
	case SG_LT:
		return d < 0;
	case SG_LE:
		return d <= 0;
	case SG_GT:
		return d > 0;
	case SG_GE:
		return d >= 0;
	case SG_EQ:
		break;
	}
	return d == 0;
}

/* An address as Windows and web servers write it: also "::ffff:10.0.0.1",
 * "fe80::1%12". */
static bool match_cidr(const struct sg_val *v, struct fb_slice text)
{
	static const uint8_t mapped[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF };
	uint8_t a[16];
	const uint8_t *p = a;
	char s[64];
	size_t n = fb_slice_find(text, FB_LIT("%"));
	unsigned bits = v->cidr.bits;
	bool v4;

	text = fb_slice_trim(fb_slice_sub(text, 0, n));
	if (text.n == 0 || text.n >= sizeof s || memchr(text.p, 0, text.n))
		return false;
	memcpy(s, text.p, text.n);
	s[text.n] = 0;
	v4 = inet_pton(AF_INET, s, a) == 1;
	if (!v4) {
		if (inet_pton(AF_INET6, s, a) != 1)
			return false;
		if (v->cidr.v4 && memcmp(a, mapped, sizeof mapped) == 0) {
			p = a + 12;
			v4 = true;
		}
	}
	if (v4 != v->cidr.v4)
		return false;
	for (unsigned i = 0; bits; i++) {
		unsigned take = bits > 8 ? 8 : bits;
		uint8_t mask = (uint8_t)(0xFF00u >> take);

		if ((p[i] ^ v->cidr.address[i]) & mask)
			return false;
		bits -= take;
	}
	return true;
}

static enum sg_answer match_text(const struct sg_val *v, struct fb_slice text)
{
	switch ((enum sg_vkind)v->kind) {
	case SG_V_EQ:
		return fb_slice_eq(text, v->text);
	case SG_V_PREFIX:
		return fb_slice_starts(text, v->text);
	case SG_V_SUFFIX:
		return ends_with(text, v->text);
	case SG_V_CONTAINS:
		return contains(text, v->text);
	case SG_V_GLOB:
		return sg_glob(v, text);
	default:
		return SG_NO;
	}
}

/* One value against one field. */
static enum sg_answer match_field(struct sg_state *st, const struct sg_val *v, uint32_t i)
{
	if (fb_value_is_null(sg_field(st, i)))
		/* There, without a value: equal to empty text, to nothing else. */
		return v->kind == SG_V_EQ && v->text.n == 0;
	switch ((enum sg_vkind)v->kind) {
	case SG_V_ANY:
		return SG_YES;
	case SG_V_RE:
		return match_re(st, v, sg_raw(st, i));
	case SG_V_NUM:
		return match_number(st, v, i);
	case SG_V_CIDR:
		return match_cidr(v, sg_raw(st, i));
	default:
		return match_text(v, v->cased ? sg_raw(st, i) : sg_folded(st, i));
	}
}

static enum sg_answer match_ref(struct sg_state *st, const struct sg_val *v, uint32_t i)
{
	struct fields others;
	uint32_t k;

	fields_begin(&others, st, v->ref);
	while (fields_next(&others, &k)) {
		struct fb_slice a, b;

		if (fb_value_is_null(sg_field(st, i)) || fb_value_is_null(sg_field(st, k)))
			continue;
		if (v->cased) {
			(void)sg_raw(st, i);
			b = sg_raw(st, k);
			a = sg_raw(st, i);
		} else {
			(void)sg_folded(st, i);
			b = sg_folded(st, k);
			a = sg_folded(st, i);
		}
		if (v->how == SG_HOW_EQ	      ? fb_slice_eq(a, b)
		    : v->how == SG_HOW_STARTS ? fb_slice_starts(a, b)
		    : v->how == SG_HOW_ENDS   ? ends_with(a, b)
					      : contains(a, b))
			return SG_YES;
	}
	return SG_NO;
}

static enum sg_answer match_val(struct sg_state *st, const struct sg_pred *p,
				const struct sg_val *v)
{
	enum sg_answer answer = SG_NO;
	bool some = false, filled = false;
	struct fields f;
	uint32_t i;

	/* The decoder knows the id; no need to look for the field. */
	if (v->kind == SG_V_NUM && p->slot == FB_SYM_EVENT_ID && v->cmp == SG_EQ &&
	    st->ev->lane == FB_LANE_EVTX && !v->number.real && !v->number.negative)
		return v->number.magnitude == st->ev->event_id;
	fields_begin(&f, st, p->slot);
	while (fields_next(&f, &i)) {
		enum sg_answer one;

		some = true;
		if (v->kind == SG_V_NULL || v->kind == SG_V_EXISTS) {
			filled |= !fb_value_is_null(sg_field(st, i));
			continue;
		}
		one = v->kind == SG_V_REF ? match_ref(st, v, i) : match_field(st, v, i);
		if (one == SG_YES)
			return one;
		if (one == SG_LOST)
			answer = one;
	}
	if (v->kind == SG_V_NULL)
		return !filled;
	if (v->kind == SG_V_EXISTS)
		return some == v->want;
	return answer;
}

enum sg_answer sg_ask_value(struct sg_state *st, const struct sg_pred *p, const struct sg_val *v)
{
	return match_val(st, p, v);
}

uint32_t sg_fields_of(const struct sg_state *st, uint32_t slot, uint32_t *out, uint32_t max)
{
	struct fields f;
	uint32_t i, n = 0;

	fields_begin(&f, st, slot);
	while (fields_next(&f, &i)) {
		if (n < max)
			out[n] = i;
		n++;
	}
	return n;
}

enum sg_answer sg_ask(struct sg_state *st, uint32_t pred)
{
	const struct sg_pred *p = &st->s->preds[pred];
	enum sg_answer answer;

	if (st->memo[pred] >> 2 == st->turn)
		return (enum sg_answer)(st->memo[pred] & 3);
	answer = p->all ? SG_YES : SG_NO;
	for (uint32_t i = 0; i < p->n; i++) {
		enum sg_answer one = match_val(st, p, &p->val[i]);

		if (one == SG_LOST) {
			answer = SG_LOST;
		} else if (one != (p->all ? SG_YES : SG_NO)) {
			answer = one;
			break;
		}
	}
	st->memo[pred] = st->turn << 2 | answer;
	return answer;
}

enum sg_answer sg_eval(struct sg_state *st, uint32_t at)
{
	const struct sg_code *c = &st->s->code[at];
	enum sg_answer answer;
	uint32_t kid = at + 1, yes = 0, lost = 0;

	switch ((enum sg_op)c->op) {
	case SG_OP_PRED:
		return sg_ask(st, c->arg);
	case SG_OP_NOT:
		answer = sg_eval(st, kid);
		return answer == SG_LOST ? SG_LOST : answer == SG_NO ? SG_YES : SG_NO;
	case SG_OP_AND:
	case SG_OP_OR:
		answer = c->op == SG_OP_AND ? SG_YES : SG_NO;
		for (uint32_t i = 0; i < c->n; i++, kid += st->s->code[kid].size) {
			enum sg_answer one = sg_eval(st, kid);

			if (one == SG_LOST)
				answer = SG_LOST;
			else if (one != (c->op == SG_OP_AND ? SG_YES : SG_NO))
				return one;
		}
		return answer;
	case SG_OP_ATLEAST:
		for (uint32_t i = 0; i < c->n; i++, kid += st->s->code[kid].size) {
			enum sg_answer one = sg_eval(st, kid);

			yes += one == SG_YES;
			lost += one == SG_LOST;
		}
		return yes >= c->arg ? SG_YES : yes + lost >= c->arg ? SG_LOST : SG_NO;
	}
	return SG_NO;
}
