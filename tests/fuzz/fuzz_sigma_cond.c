/* Conditions: what a rule says of an event, against an evaluation that reads the
 * condition from left to right and keeps no tree. Input: a byte that says which searches
 * hold, then the condition. */
#include "detect/sigma/sigma.h"

#include "base/limits.h"
#include "base/text.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const names[] = { "a", "b", "sel_1", "sel_2", "filter_x", "_h", "_h2", "S" };
#define NAMES 8

enum { WRONG = -1, NO, YES };

struct reader {
	struct fb_slice rest, word; /* word.n == 0: the end, or wrong */
	unsigned holds;
	bool wrong;
};

static bool in_word(uint8_t c)
{
	return c >= 0x80 || (c && strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.*?$", c));
}

static void next(struct reader *r)
{
	size_t n = 0;

	while (r->rest.n && r->rest.p[0] && strchr(" \t\r\n", r->rest.p[0]))
		r->rest = fb_slice_sub(r->rest, 1, r->rest.n);
	while (n < r->rest.n && in_word(r->rest.p[n]))
		n++;
	if (n == 0 && r->rest.n) {
		n = 1;
		if (r->rest.p[0] != '(' && r->rest.p[0] != ')')
			r->wrong = true;
	}
	r->word = fb_slice_sub(r->rest, 0, n);
	r->rest = fb_slice_sub(r->rest, n, r->rest.n);
}

static bool is(const struct reader *r, const char *word)
{
	return fb_slice_ieq(r->word, fb_slice_str(word));
}

static bool like(const char *p, size_t n, const char *name)
{
	if (n == 0)
		return !*name;
	if (*p == '*')
		return like(p + 1, n - 1, name) || (*name && like(p, n, name + 1));
	return *p == *name && like(p + 1, n - 1, name + 1);
}

/* The word behind "x of"; need 0 is all. */
static bool of(struct reader *r, uint64_t need)
{
	bool them = is(r, "them");
	uint64_t in = 0, hold = 0;

	if (r->word.n == 0 || is(r, "(") || is(r, ")")) {
		r->wrong = true;
		return false;
	}
	for (unsigned i = 0; i < NAMES; i++) {
		if (names[i][0] == '_' && (them || r->word.p[0] != '_'))
			continue;
		if (!them && !like((const char *)r->word.p, r->word.n, names[i]))
			continue;
		in++;
		hold += r->holds >> i & 1;
	}
	if (in == 0)
		r->wrong = true;
	next(r);
	return need ? hold >= need : hold == in;
}

static bool any(struct reader *r, unsigned depth);

static bool one(struct reader *r, unsigned depth)
{
	struct fb_slice word = r->word;
	uint64_t need = 0;
	bool v;

	if (r->wrong || depth > FB_RULE_DEPTH || word.n == 0 || is(r, "and") || is(r, "or") ||
	    is(r, "of") || is(r, "them") || is(r, ")")) {
		r->wrong = true;
		return false;
	}
	next(r);
	if (fb_slice_ieq(word, FB_LIT("not")))
		return !one(r, depth + 1);
	if (fb_slice_eqs(word, "(")) {
		v = any(r, depth + 1);
		if (!is(r, ")"))
			r->wrong = true;
		next(r);
		return v;
	}
	if (is(r, "of")) {
		if (fb_slice_ieq(word, FB_LIT("any")))
			need = 1;
		else if (!fb_slice_ieq(word, FB_LIT("all")) &&
			 (!fb_slice_u64(word, &need) || !need || need > FB_RULE_NODES_MAX))
			r->wrong = true;
		next(r);
		return of(r, need);
	}
	for (unsigned i = 0; i < NAMES; i++)
		if (fb_slice_eqs(word, names[i]))
			return r->holds >> i & 1;
	r->wrong = true;
	return false;
}

static bool both(struct reader *r, unsigned depth)
{
	bool v = one(r, depth);

	while (!r->wrong && is(r, "and")) {
		next(r);
		v = one(r, depth) && v;
	}
	return v;
}

static bool any(struct reader *r, unsigned depth)
{
	bool v = both(r, depth);

	while (!r->wrong && is(r, "or")) {
		next(r);
		v = both(r, depth) || v;
	}
	return v;
}

static int expected(struct fb_slice condition, unsigned holds)
{
	struct reader r = { .rest = condition, .holds = holds };
	bool v;

	next(&r);
	v = any(&r, 0);
	return r.wrong || r.word.n ? WRONG : v ? YES : NO;
}

static void quote(struct fb_buf *out, struct fb_slice s)
{
	(void)fb_buf_putc(out, '"');
	for (size_t i = 0; i < s.n; i++) {
		uint8_t c = s.p[i];

		if (c == '"' || c == '\\')
			(void)fb_buf_printf(out, "\\%c", c);
		else if (c < 0x20 || c == 0x7F)
			(void)fb_buf_printf(out, "\\x%02x", c);
		else
			(void)fb_buf_putc(out, c);
	}
	(void)fb_buf_putc(out, '"');
}

/* Each search asks one field of its own for one text. */
static void make_event(struct fb_event *ev, struct fb_field *field, const struct fb_syms *syms,
		       unsigned holds)
{
	*ev = (struct fb_event){ .time = FB_TIME_NONE, .fields = field, .nfields = NAMES };
	for (unsigned i = 0; i < NAMES; i++) {
		static const char letters[] = "ABCDEFGH";

		field[i] = (struct fb_field){ .type = FB_V_UTF8, .name = fb_slice(letters + i, 1),
					      .v = holds >> i & 1 ? FB_LIT("yes") : FB_LIT("no") };
		field[i].sym = fb_syms_find(syms, field[i].name);
	}
}

static int got(struct fb_slice condition, unsigned holds)
{
	static struct fb_hits hits;
	struct fb_field field[NAMES];
	struct fb_event ev;
	struct fb_syms *syms = fb_syms_new();
	struct fb_sigma_pack pack = { .path = "fuzz", .name = "fuzz" };
	struct fb_ruleset *set;
	struct fb_err err = { 0 };
	struct fb_buf rule;
	void *state;
	int answer = WRONG;

	fb_buf_init(&rule, 1u << 20);
	(void)fb_buf_puts(&rule, "title: t\nlogsource: {product: windows}\ndetection:\n");
	for (unsigned i = 0; i < NAMES; i++)
		(void)fb_buf_printf(&rule, "  %s: {%c: 'yes'}\n", names[i], (char)('A' + i));
	(void)fb_buf_puts(&rule, "  condition: ");
	quote(&rule, condition);
	(void)fb_buf_puts(&rule, "\n");
	pack.text = fb_buf_view(&rule);
	hits.n = hits.lost = 0;
	if (!syms || fb_sigma_load(&pack, 1, syms, &set, &err))
		abort();
	if (set->nrules == 1) {
		make_event(&ev, field, syms, holds);
		if (set->kind->open(set, &state) || set->kind->match(state, &ev, &hits) || hits.lost)
			abort();
		set->kind->close(state);
		answer = hits.n ? YES : NO;
	} else if (set->nproblems == 0 || !set->problems[0].why[0]) {
		abort();
	}
	set->kind->free(set);
	fb_syms_free(syms);
	fb_buf_dispose(&rule);
	return answer;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fb_slice condition = fb_slice_sub(fb_slice(data, size), 1, size);

	/* Long rows of stars make the slow matcher slow. */
	if (size < 2 || size > 300 || !fb_utf8_valid(condition))
		return 0;
	for (size_t i = 0; i < condition.n; i++)
		if (condition.p[i] == 0 || condition.p[i] >= 0x80 ||
		    (i + 3 < condition.n && memcmp(condition.p + i, "****", 4) == 0))
			return 0;
	if (got(condition, data[0]) != expected(condition, data[0]))
		abort();
	return 0;
}
