/* Regular expressions: the text that every match is said to contain, against PCRE2
 * itself. A wrong one would lose detections without a word, because a rule is tried only
 * on records that hold it. Input: a byte of flags, the expression, NUL, a text. Texts
 * that may match are also made from the expression. */
#include "detect/sigma/compile.h"

#include "base/text.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MAX 600

struct try {
	pcre2_code *re;
	pcre2_match_data *found;
	pcre2_match_context *limits;
	struct fb_slice literal;
};

/* Where PCRE2 finds a match, the folded text has the literal. */
static void check(const struct try *t, struct fb_slice text)
{
	static uint8_t folded[MAX * 3 + 8];
	size_t n;

	if (text.n > MAX || pcre2_match(t->re, text.p, text.n, 0, 0, t->found, t->limits) < 0)
		return;
	n = fb_utf8_fold_raw(text, folded);
	if (fb_slice_find(fb_slice(folded, n), t->literal) >= n)
		abort();
}

/* The expression's own signs: each piece between bars and brackets, as it stands and
 * without what is no plain text. */
static void check_pieces(const struct try *t, struct fb_slice p)
{
	uint8_t plain[MAX];
	size_t from = 0;

	for (size_t i = 0; i <= p.n; i++) {
		size_t n = 0;

		if (i < p.n && p.p[i] != '|' && p.p[i] != '(' && p.p[i] != ')')
			continue;
		check(t, fb_slice_sub(p, from, i - from));
		for (size_t k = from; k < i; k++)
			if (!memchr("\\^$.*+?[]{}", p.p[k], 11))
				plain[n++] = p.p[k];
		check(t, fb_slice(plain, n));
		from = i + 1;
	}
	check(t, p);
}

static void check_text(const struct try *t, struct fb_slice text)
{
	uint8_t less[MAX];

	check(t, text);
	for (size_t i = 0; i < text.n && i < 64; i++) { /* without each of its bytes */
		memcpy(less, text.p, i);
		memcpy(less + i, text.p + i + 1, text.n - i - 1);
		check(t, fb_slice(less, text.n - 1));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint32_t flags[] = { PCRE2_CASELESS, PCRE2_MULTILINE, PCRE2_DOTALL };
	uint32_t options = PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_NEVER_BACKSLASH_C;
	struct fb_slice in, pattern, text;
	struct try t = { 0 };
	struct fb_arena arena;
	PCRE2_SIZE at;
	size_t nul;
	int code;

	if (size < 2 || size > MAX)
		return 0;
	for (int i = 0; i < 3; i++)
		options |= data[0] >> i & 1 ? flags[i] : 0;
	in = fb_slice(data + 1, size - 1);
	nul = fb_slice_find(in, fb_slice("", 1));
	pattern = fb_slice_sub(in, 0, nul);
	text = fb_slice_sub(in, nul + 1, in.n);
	t.re = pcre2_compile(pattern.p, pattern.n, options, &code, &at, NULL);
	if (!t.re)
		return 0;
	t.found = pcre2_match_data_create_from_pattern(t.re, NULL);
	t.limits = pcre2_match_context_create(NULL);
	if (!t.found || !t.limits)
		abort();
	(void)pcre2_set_match_limit(t.limits, 2000);
	(void)pcre2_set_depth_limit(t.limits, 2000);
	fb_arena_init(&arena, 1u << 20);
	if (sg_regex_literal(&arena, pattern, &t.literal))
		abort();
	if (t.literal.n) {
		check_text(&t, text);
		check_pieces(&t, pattern);
	}
	fb_arena_dispose(&arena);
	pcre2_match_context_free(t.limits);
	pcre2_match_data_free(t.found);
	pcre2_code_free(t.re);
	return 0;
}
