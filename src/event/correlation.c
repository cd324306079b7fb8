#include "event/correlation.h"

#include "base/cursor.h"
#include "base/limits.h"
#include "base/text.h"

static const char *const types[FB_C_TYPES] = {
	[FB_C_EVENT_COUNT] = "event_count",
	[FB_C_VALUE_COUNT] = "value_count",
	[FB_C_TEMPORAL] = "temporal",
	[FB_C_TEMPORAL_ORDERED] = "temporal_ordered",
	[FB_C_VALUE_SUM] = "value_sum",
	[FB_C_VALUE_AVG] = "value_avg",
	[FB_C_VALUE_PERCENTILE] = "value_percentile",
};
static const char *const ops[FB_C_OPS] = {
	[FB_C_GT] = "gt", [FB_C_GTE] = "gte", [FB_C_LT] = "lt",
	[FB_C_LTE] = "lte", [FB_C_EQ] = "eq", [FB_C_NEQ] = "neq",
};
/* Names of the computer that recorded the event; then of others. */
static const char *const own_names[] = { "Computer", "ComputerName", "Hostname", "host",
	"s-computername" };
static const char *const host_names[] = { "WorkstationName", "Workstation", "SourceHostname",
	"DestinationHostname" };

const char *fb_correlation_type_word(enum fb_correlation_type type)
{
	return types[type];
}

bool fb_correlation_type_parse(struct fb_slice s, enum fb_correlation_type *out)
{
	for (unsigned i = 0; i < FB_C_TYPES; i++)
		if (fb_slice_eqs(s, types[i])) {
			*out = (enum fb_correlation_type)i;
			return true;
		}
	return false;
}

bool fb_correlation_op_parse(struct fb_slice s, enum fb_correlation_op *out)
{
	for (unsigned i = 0; i < FB_C_OPS; i++)
		if (fb_slice_eqs(s, ops[i])) {
			*out = (enum fb_correlation_op)i;
			return true;
		}
	return false;
}

bool fb_correlation_holds(const struct fb_correlation *c, double measured)
{
	for (uint32_t i = 0; i < c->ntests; i++) {
		double v = c->tests[i].value;
		bool below = measured < v, above = measured > v;
		bool ok[FB_C_OPS] = { [FB_C_GT] = above, [FB_C_GTE] = !below, [FB_C_LT] = below,
			[FB_C_LTE] = !above, [FB_C_EQ] = !below && !above,
			[FB_C_NEQ] = below || above };

		if (!ok[c->tests[i].op])
			return false;
	}
	return true;
}

const struct fb_correlation *fb_correlation_of(const struct fb_correlations *set, uint32_t rule)
{
	for (uint32_t i = 0; i < set->n; i++)
		if (set->v[i].rule == rule)
			return &set->v[i];
	return NULL;
}

const struct fb_capture *fb_capture_of(const struct fb_correlations *set, uint32_t rule)
{
	uint32_t lo = 0, hi = set->ncaptures;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (set->captures[mid].rule == rule)
			return &set->captures[mid];
		if (set->captures[mid].rule < rule)
			lo = mid + 1;
		else
			hi = mid;
	}
	return NULL;
}

static const char *unalias(const struct fb_correlation *c, const char *name, uint32_t member)
{
	for (uint32_t i = 0; i < c->naliases; i++)
		if (c->aliases[i].rule == member && strcmp(c->aliases[i].alias, name) == 0)
			return c->aliases[i].field;
	return name;
}

static const char *field_of(const struct fb_correlations *set, const struct fb_correlation *c,
			    const char *name, uint32_t member, uint32_t base, unsigned depth)
{
	const struct fb_correlation *inner;
	const char *found = NULL;

	name = unalias(c, name, member);
	if (member == base)
		return name;
	inner = depth < FB_CORRELATION_DEPTH ? fb_correlation_of(set, member) : NULL;
	for (uint32_t i = 0; inner && i < inner->nrules && !found; i++)
		found = field_of(set, inner, name, inner->rules[i], base, depth + 1);
	return found;
}

const char *fb_correlation_field(const struct fb_correlations *set, const struct fb_correlation *c,
				 const char *name, uint32_t member, uint32_t base)
{
	return field_of(set, c, name, member, base, 0);
}

static bool listed(const char *const *names, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (fb_slice_ieq(fb_slice_str(names[i]), fb_slice_str(name)))
			return true;
	return false;
}

bool fb_correlation_is_host(const char *name, bool *own)
{
	*own = listed(own_names, sizeof own_names / sizeof own_names[0], name);
	return *own || listed(host_names, sizeof host_names / sizeof host_names[0], name);
}

bool fb_captured_valid(struct fb_slice s)
{
	struct fb_cur c = fb_cur(s);
	unsigned n = 0;

	while (fb_cur_left(&c)) {
		struct fb_slice value;
		uint16_t len;

		if (n++ == FB_CAPTURES_MAX || !fb_cur_u16(&c, &len))
			return false;
		if (len != FB_CAPTURE_NONE && (len > FB_CAPTURE_VALUE_MAX ||
		    !fb_cur_take(&c, len, &value) || !fb_utf8_valid(value)))
			return false;
	}
	return true;
}

/* ---- as bytes ---- */

static void put_str(struct fb_buf *b, const char *s)
{
	(void)fb_buf_u32(b, (uint32_t)strlen(s));
	(void)fb_buf_puts(b, s);
}

static void put_strs(struct fb_buf *b, const char *const *s, uint32_t n)
{
	(void)fb_buf_u32(b, n);
	for (uint32_t i = 0; i < n; i++)
		put_str(b, s[i]);
}

static void put_numbers(struct fb_buf *b, const uint32_t *v, uint32_t n)
{
	(void)fb_buf_u32(b, n);
	for (uint32_t i = 0; i < n; i++)
		(void)fb_buf_u32(b, v[i]);
}

static void put_one(struct fb_buf *b, const struct fb_correlation *c)
{
	(void)fb_buf_u32(b, c->rule);
	(void)fb_buf_putc(b, c->type);
	(void)fb_buf_putc(b, c->generate);
	(void)fb_buf_u64(b, (uint64_t)c->span);
	put_numbers(b, c->rules, c->nrules);
	put_strs(b, c->keys, c->nkeys);
	put_strs(b, c->fields, c->nfields);
	(void)fb_buf_u32(b, c->naliases);
	for (uint32_t i = 0; i < c->naliases; i++) {
		put_str(b, c->aliases[i].alias);
		(void)fb_buf_u32(b, c->aliases[i].rule);
		put_str(b, c->aliases[i].field);
	}
	(void)fb_buf_u32(b, c->ntests);
	for (uint32_t i = 0; i < c->ntests; i++) {
		uint64_t bits;

		memcpy(&bits, &c->tests[i].value, sizeof bits);
		(void)fb_buf_putc(b, c->tests[i].op);
		(void)fb_buf_u64(b, bits);
	}
}

int fb_correlations_put(const struct fb_correlations *set, struct fb_buf *out)
{
	(void)fb_buf_u32(out, set->n);
	for (uint32_t i = 0; i < set->n; i++)
		put_one(out, &set->v[i]);
	(void)fb_buf_u32(out, set->ncaptures);
	for (uint32_t i = 0; i < set->ncaptures; i++) {
		(void)fb_buf_u32(out, set->captures[i].rule);
		put_strs(out, set->captures[i].fields, set->captures[i].nfields);
	}
	put_numbers(out, set->hidden, set->nhidden);
	return fb_buf_code(out);
}

struct getter {
	struct fb_cur c;
	struct fb_arena *arena;
	uint32_t nrules;
	int code; /* the first failure */
};

static int bad(struct getter *g, int code)
{
	if (!g->code)
		g->code = code;
	return g->code;
}

/* A count of things that take at least min bytes each; 0 on failure. */
static uint32_t get_count(struct getter *g, uint32_t max, size_t min)
{
	uint32_t n;

	if (g->code || !fb_cur_u32(&g->c, &n) || n > max || n > fb_cur_left(&g->c) / min) {
		bad(g, FB_EINPUT);
		return 0;
	}
	return n;
}

static void *get_room(struct getter *g, uint32_t n, size_t size)
{
	void *p = fb_arena_calloc(g->arena, (size_t)n + 1, size);

	if (!p)
		bad(g, FB_ENOMEM);
	return p;
}

static const char *get_str(struct getter *g)
{
	uint32_t n = get_count(g, FB_CORRELATION_NAME_MAX, 1);
	struct fb_slice s = { 0 };
	const char *out = NULL;

	if (!g->code && !fb_cur_take(&g->c, n, &s))
		bad(g, FB_EINPUT);
	if (!g->code && (memchr(s.p, 0, s.n) || !fb_utf8_valid(s)))
		bad(g, FB_EINPUT);
	if (!g->code && !(out = fb_arena_strn(g->arena, s.p, s.n)))
		bad(g, FB_ENOMEM);
	return out ? out : "";
}

static uint32_t get_rule(struct getter *g)
{
	uint32_t rule;

	if (g->code || !fb_cur_u32(&g->c, &rule) || rule >= g->nrules) {
		bad(g, FB_EINPUT);
		return 0;
	}
	return rule;
}

static const char *const *get_strs(struct getter *g, uint32_t *n)
{
	uint32_t count = get_count(g, FB_CAPTURES_MAX, 4);
	const char **v = get_room(g, count, sizeof *v);

	for (uint32_t i = 0; v && i < count; i++)
		v[i] = get_str(g);
	*n = v ? count : 0;
	return v;
}

static const uint32_t *get_rules(struct getter *g, uint32_t max, uint32_t *n)
{
	uint32_t count = get_count(g, max, 4);
	uint32_t *v = get_room(g, count, sizeof *v);

	for (uint32_t i = 0; v && i < count; i++)
		v[i] = get_rule(g);
	*n = v ? count : 0;
	return v;
}

static void get_tests(struct getter *g, struct fb_correlation *c)
{
	uint32_t n = get_count(g, FB_C_OPS, 9);

	for (uint32_t i = 0; i < n && !g->code; i++) {
		uint64_t bits;

		if (!fb_cur_u8(&g->c, &c->tests[i].op) || c->tests[i].op >= FB_C_OPS ||
		    !fb_cur_u64(&g->c, &bits))
			bad(g, FB_EINPUT);
		else
			memcpy(&c->tests[i].value, &bits, sizeof bits);
	}
	c->ntests = n;
}

static void get_one(struct getter *g, struct fb_correlation *c)
{
	struct fb_correlation_alias *aliases;
	uint8_t generate = 0;
	uint64_t span = 0;

	c->rule = get_rule(g);
	if (g->code || !fb_cur_u8(&g->c, &c->type) || c->type >= FB_C_TYPES ||
	    !fb_cur_u8(&g->c, &generate) || !fb_cur_u64(&g->c, &span) || span == 0 ||
	    span > INT64_MAX) {
		bad(g, FB_EINPUT);
		return;
	}
	c->generate = generate;
	c->span = (int64_t)span;
	c->rules = get_rules(g, FB_CORRELATION_RULES_MAX, &c->nrules);
	c->keys = get_strs(g, &c->nkeys);
	c->fields = get_strs(g, &c->nfields);
	c->naliases = get_count(g, FB_CORRELATION_ALIASES_MAX, 12);
	aliases = get_room(g, c->naliases, sizeof *aliases);
	for (uint32_t i = 0; aliases && i < c->naliases && !g->code; i++) {
		aliases[i].alias = get_str(g);
		aliases[i].rule = get_rule(g);
		aliases[i].field = get_str(g);
	}
	c->aliases = aliases;
	get_tests(g, c);
}

/* Inner ones stand before outer ones, so no circle can be made; and there are not so
 * many ways through them that following all would take long. */
static void check_nesting(struct getter *g, const struct fb_correlations *set)
{
	uint32_t *ways = get_room(g, set->n, sizeof *ways);

	for (uint32_t i = 0; i < set->n && !g->code; i++)
		for (uint32_t m = 0; m < set->v[i].nrules; m++) {
			uint32_t more = 1;

			for (uint32_t k = 0; k < set->n; k++)
				if (set->v[k].rule == set->v[i].rules[m]) {
					if (k >= i)
						bad(g, FB_EINPUT);
					more = ways[k];
				}
			ways[i] += more;
			if (ways[i] > FB_CORRELATION_RULES_MAX)
				bad(g, FB_EINPUT);
		}
}

int fb_correlations_get(struct fb_slice s, uint32_t nrules, struct fb_arena *arena,
			struct fb_correlations *out)
{
	struct getter g = { .c = fb_cur(s), .arena = arena, .nrules = nrules };
	struct fb_correlations set = { 0 };
	struct fb_correlation *v;
	struct fb_capture *captures;

	set.n = get_count(&g, FB_CORRELATIONS_MAX, 16);
	set.v = v = get_room(&g, set.n, sizeof *v);
	for (uint32_t i = 0; v && i < set.n && !g.code; i++)
		get_one(&g, &v[i]);
	set.ncaptures = get_count(&g, nrules, 8);
	set.captures = captures = get_room(&g, set.ncaptures, sizeof *captures);
	for (uint32_t i = 0; captures && i < set.ncaptures && !g.code; i++) {
		captures[i].rule = get_rule(&g);
		captures[i].fields = get_strs(&g, &captures[i].nfields);
		if (i && captures[i].rule <= captures[i - 1].rule)
			bad(&g, FB_EINPUT);
	}
	set.hidden = get_rules(&g, nrules, &set.nhidden);
	if (!g.code)
		check_nesting(&g, &set);
	if (!g.code && fb_cur_left(&g.c))
		bad(&g, FB_EINPUT);
	if (!g.code)
		*out = set;
	return g.code;
}
