/* One value of a rule against one text, compared with a slow matcher that follows
 * the specification word by word. Input: a byte of modifiers, the value as in a rule,
 * NUL, the text. */
#include "detect/sigma/sigma.h"

#include "base/text.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { CONTAINS = 1, STARTS = 2, ENDS = 4, CASED = 8, WINDASH = 16, NEQ = 32 };
enum { STAR = 0x200000, ANY, DASH };
#define MAX 512

static bool is_dash(uint32_t c)
{
	return c == '-' || c == '/' || (c >= 0x2013 && c <= 0x2015);
}

/* Characters of a text; invalid bytes are U+FFFD each. */
static size_t chars(struct fb_slice s, uint32_t *out, bool fold)
{
	size_t n = 0;

	while (s.n && n < MAX) {
		uint32_t cp;
		int len = fb_utf8_next(s, &cp);

		out[n++] = fold ? fb_fold_char(cp) : cp;
		s = fb_slice_sub(s, len < 0 ? 1 : (size_t)len, s.n);
	}
	return n;
}

/* The value's escapes and wildcards, as the specification lists them. */
static size_t pattern(const uint32_t *c, size_t n, uint32_t *out, unsigned mods)
{
	size_t k = 0;

	if (mods & (CONTAINS | ENDS))
		out[k++] = STAR;
	for (size_t i = 0; i < n; i++) {
		uint32_t next = i + 1 < n ? c[i + 1] : 0;

		if (c[i] == '\\' && (next == '*' || next == '?' || next == '\\'))
			out[k++] = c[++i];
		else if (c[i] == '*')
			out[k++] = STAR;
		else if (c[i] == '?')
			out[k++] = ANY;
		else
			out[k++] = c[i];
		if ((mods & WINDASH) && is_dash(out[k - 1]))
			out[k - 1] = DASH;
	}
	if (mods & (CONTAINS | STARTS))
		out[k++] = STAR;
	return k;
}

static bool matches(const uint32_t *p, size_t np, const uint32_t *t, size_t nt)
{
	static bool row[MAX + 1];

	memset(row, 0, sizeof row);
	row[0] = true;
	for (size_t i = 0; i < np; i++) {
		bool diagonal = row[0];

		if (p[i] != STAR)
			row[0] = false;
		for (size_t k = 1; k <= nt; k++) {
			bool above = row[k];
			bool same = p[i] == ANY || (p[i] == DASH ? is_dash(t[k - 1])
								 : p[i] == t[k - 1]);

			row[k] = p[i] == STAR ? above || row[k - 1] : same && diagonal;
			diagonal = above;
		}
	}
	return row[nt];
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

static bool match_rule(const char *rule, struct fb_slice text, bool *loaded)
{
	static struct fb_hits hits;
	struct fb_sigma_pack pack = { .path = "fuzz", .name = "fuzz", .text = fb_slice_str(rule) };
	struct fb_syms *syms = fb_syms_new();
	struct fb_field field = { .type = FB_V_UTF8, .name = FB_LIT("A"), .v = text };
	struct fb_event ev = { .fields = &field, .nfields = 1 };
	struct fb_ruleset *set;
	struct fb_err err = { 0 };
	void *state;

	hits.n = hits.lost = 0;
	*loaded = false;
	if (!syms || fb_sigma_load(&pack, 1, syms, &set, &err))
		abort();
	if (set->nrules == 1 && set->kind->open(set, &state) == 0) {
		*loaded = true;
		field.sym = fb_syms_find(syms, field.name);
		if (set->kind->match(state, &ev, &hits) || hits.lost)
			abort();
		set->kind->close(state);
	}
	set->kind->free(set);
	fb_syms_free(syms);
	return hits.n != 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint32_t value[MAX], text[MAX], p[MAX * 2 + 2];
	struct fb_slice in, v, t;
	struct fb_buf rule;
	size_t nul, nv, np, nt;
	unsigned mods;
	bool loaded, got, want;

	if (size < 2 || size > 400)
		return 0;
	mods = data[0];
	in = fb_slice(data + 1, size - 1);
	nul = fb_slice_find(in, fb_slice("", 1));
	v = fb_slice_sub(in, 0, nul);
	t = fb_slice_sub(in, nul + 1, in.n);
	if (!fb_utf8_valid(v))
		return 0;
	nv = chars(v, value, !(mods & CASED));
	for (size_t i = 0; i < nv; i++) /* YAML takes no such characters */
		if ((value[i] >= 0x80 && value[i] < 0xA0) || value[i] == 0xFEFF ||
		    value[i] == 0x2028 || value[i] == 0x2029 || value[i] >= 0xFFFE)
			return 0;
	np = pattern(value, nv, p, mods);
	/* Text that is compared with its case is taken as it is, with invalid bytes;
	 * the slow matcher speaks of characters. */
	if ((mods & CASED) && !fb_utf8_valid(t))
		return 0;
	nt = chars(t, text, !(mods & CASED));
	want = matches(p, np, text, nt) != !!(mods & NEQ);
	fb_buf_init(&rule, 1u << 20);
	(void)fb_buf_printf(&rule, "title: t\nlogsource: {product: windows}\ndetection:\n  s:\n    "
				   "A%s%s%s%s%s%s: ",
			    mods & CONTAINS ? "|contains" : "", mods & STARTS ? "|startswith" : "",
			    mods & ENDS ? "|endswith" : "", mods & CASED ? "|cased" : "",
			    mods & WINDASH ? "|windash" : "", mods & NEQ ? "|neq" : "");
	quote(&rule, v);
	(void)fb_buf_puts(&rule, "\n  condition: s\n");
	got = match_rule(fb_buf_cstr(&rule), t, &loaded);
	fb_buf_dispose(&rule);
	if (!loaded || got != want)
		abort();
	return 0;
}
