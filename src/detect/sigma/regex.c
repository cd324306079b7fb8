#include "detect/sigma/compile.h"

#include "base/limits.h"
#include "base/text.h"

#include <stdlib.h>

static int compile(struct sg_set *s, struct sg_val *v, int *code, PCRE2_SIZE *at)
{
	if (s->nregexes == s->regexes_cap) {
		uint32_t cap = s->regexes_cap ? s->regexes_cap * 2 : 256;
		pcre2_code **more = realloc(s->regexes, cap * sizeof(pcre2_code *));

		if (!more)
			return FB_ENOMEM;
		s->regexes = more;
		s->regexes_cap = cap;
	}
	/* Evidence may hold invalid UTF-8: such bytes match nothing. */
	v->re = pcre2_compile(v->text.p ? v->text.p : (const uint8_t *)"", v->text.n,
			      PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_NEVER_BACKSLASH_C |
				      v->flags,
			      code, at, NULL);
	if (!v->re)
		return FB_EINPUT;
	s->regexes[s->nregexes++] = v->re;
	/* Without JIT (no memory for code, another processor) it is interpreted. */
	(void)pcre2_jit_compile(v->re, PCRE2_JIT_COMPLETE);
	return 0;
}

int sg_regex_again(struct sg_set *s, struct sg_val *v)
{
	PCRE2_SIZE at;
	int code;

	return compile(s, v, &code, &at);
}

int sg_regex_compile(struct sg_compiler *c, unsigned line, struct sg_val *v)
{
	struct sg_set *s = c->set;
	PCRE2_SIZE at = 0, bytes = 0, jit = 0;
	int code = 0, r;

	if (v->text.n > FB_REGEX_PATTERN_MAX)
		return sg_bad(c, line, FB_ELIMIT, "a regular expression is longer than %d",
			      FB_REGEX_PATTERN_MAX);
	if (++c->regexes > FB_RULE_REGEXES_MAX)
		return sg_bad(c, line, FB_ELIMIT, "the rule has more than %d regular expressions",
			      FB_RULE_REGEXES_MAX);
	r = compile(s, v, &code, &at);
	if (r == FB_EINPUT) {
		char why[200] = "";

		(void)pcre2_get_error_message(code, (PCRE2_UCHAR *)why, sizeof why);
		return sg_bad(c, line, FB_EINPUT, "regular expression, at character %zu: %s", at,
			      why);
	}
	if (r)
		return r;
	(void)pcre2_pattern_info(v->re, PCRE2_INFO_SIZE, &bytes);
	(void)pcre2_pattern_info(v->re, PCRE2_INFO_JITSIZE, &jit);
	c->regex_bytes += bytes + jit;
	if (c->regex_bytes > FB_RULE_REGEX_BYTES)
		return sg_bad(c, line, FB_ELIMIT, "the rule's regular expressions take more than %u "
			      "bytes", FB_RULE_REGEX_BYTES);
	return 0;
}

/* The scan below reads only what it is sure of; anything else ends the run. */
struct scan {
	struct fb_slice p;
	size_t i;
	uint8_t *run;
	size_t n, last; /* last: where the last character of the run begins */
	uint8_t *best;
	size_t nbest;
	bool lost; /* nothing is sure any more */
};

static void end_run(struct scan *s)
{
	if (s->n > s->nbest) {
		memcpy(s->best, s->run, s->n);
		s->nbest = s->n;
	}
	s->n = 0;
	s->last = 0;
}

static void drop_last(struct scan *s)
{
	s->n = s->last;
	end_run(s);
}

static uint8_t at(const struct scan *s, size_t i)
{
	return i < s->p.n ? s->p.p[i] : 0;
}

/* At a backslash: behind it and what it escapes; \c takes any sign as its argument. */
static void skip_escape(struct scan *s)
{
	s->i += at(s, s->i + 1) == 'c' ? 3 : 2;
}

/* At "[:" in a class: behind ":]". PCRE2 takes an open one for plain signs; that is not
 * followed here. */
static void skip_posix(struct scan *s)
{
	s->i += 2;
	while ((at(s, s->i) >= 'a' && at(s, s->i) <= 'z') || at(s, s->i) == '^')
		s->i++;
	if (at(s, s->i) != ':' || at(s, s->i + 1) != ']')
		s->lost = true;
	s->i += 2;
}

static void skip_class(struct scan *s)
{
	s->i++;
	if (at(s, s->i) == '^')
		s->i++;
	if (at(s, s->i) == ']')
		s->i++;
	while (s->i < s->p.n) {
		uint8_t c = s->p.p[s->i];

		if (c == '[' && at(s, s->i + 1) == ':') {
			skip_posix(s);
			continue;
		}
		if (c == '\\') {
			skip_escape(s);
			continue;
		}
		s->i++;
		if (c == ']')
			return;
	}
}

/* At a brace: behind the quantifier that it begins, else behind itself. */
static void skip_brace(struct scan *s)
{
	size_t k = s->i + 1;

	while ((at(s, k) >= '0' && at(s, k) <= '9') || at(s, k) == ',' || at(s, k) == ' ')
		k++;
	s->i = at(s, k) == '}' ? k + 1 : s->i + 1;
}

static void skip_group(struct scan *s)
{
	unsigned depth = 0;

	while (s->i < s->p.n) {
		uint8_t c = s->p.p[s->i];

		if (c == '\\') {
			skip_escape(s);
			continue;
		}
		if (c == '[') {
			skip_class(s);
			continue;
		}
		s->i++;
		if (c == '(')
			depth++;
		else if (c == ')' && --depth == 0)
			return;
	}
}

/* Puts the character that starts at the cursor's byte into the run. */
static void put_char(struct scan *s, uint8_t c)
{
	s->last = s->n;
	s->run[s->n++] = c;
	while (s->i < s->p.n && (s->p.p[s->i] & 0xC0) == 0x80 && c >= 0xC0)
		s->run[s->n++] = s->p.p[s->i++];
}

/* Behind a backslash at s->i: an escaped sign is itself, also beyond ASCII; letters and
 * digits have meanings of their own. */
static void escape(struct scan *s)
{
	uint8_t c = at(s, s->i + 1);
	bool word = (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z' && c < 0x80);

	s->i += 2;
	if (word || c == 0)
		end_run(s);
	else
		put_char(s, c);
	if (c == 'x' || c == 'p' || c == 'P' || c == 'k' || c == 'g' || c == 'o' || c == 'N' ||
	    c == 'c' || (c >= '0' && c <= '9')) {
		/* Arguments follow that look like text: nothing more is known. */
		s->i = s->p.n;
	}
}

/* The end of a quotation that was not begun is nothing, wherever it stands: a quantifier
 * behind it belongs to what is before, a "]" may be the first of its class. */
static bool has_quote_end(struct fb_slice p)
{
	for (size_t i = 0; i + 1 < p.n; i++) {
		if (p.p[i] != '\\')
			continue;
		if (p.p[++i] == 'E')
			return true;
	}
	return false;
}

static bool beyond_us(struct fb_slice p)
{
	/* Quoting, extended mode, verbs, comments and callouts change how text is read. */
	if (fb_slice_find(p, FB_LIT("\\Q")) < p.n || fb_slice_find(p, FB_LIT("(*")) < p.n ||
	    fb_slice_find(p, FB_LIT("(?#")) < p.n || has_quote_end(p))
		return true;
	for (size_t i = 0; i + 2 < p.n; i++) {
		if (p.p[i] != '(' || p.p[i + 1] != '?')
			continue;
		if (p.p[i + 2] == 'C')
			return true;
		for (size_t k = i + 2; k < p.n && (((p.p[k] | 0x20) >= 'a' && (p.p[k] | 0x20) <= 'z') ||
						   p.p[k] == '-' || p.p[k] == '^');
		     k++)
			if (p.p[k] == 'x')
				return true;
	}
	return false;
}

/* Is there a | outside of groups and classes, or could there be? */
static bool alternatives(struct fb_slice p)
{
	struct scan s = { .p = p };

	while (s.i < p.n) {
		uint8_t c = p.p[s.i];

		if (c == '\\')
			skip_escape(&s);
		else if (c == '[')
			skip_class(&s);
		else if (c == '(')
			skip_group(&s);
		else if (c == '|')
			return true;
		else
			s.i++;
	}
	return s.lost;
}

static void scan_runs(struct scan *s)
{
	while (s->i < s->p.n) {
		uint8_t c = s->p.p[s->i];

		switch (c) {
		case '\\':
			escape(s);
			break;
		case '[':
			end_run(s);
			skip_class(s);
			break;
		case '(':
			end_run(s);
			skip_group(s);
			break;
		case '?':
		case '*':
		case '{':
			drop_last(s);
			if (c == '{')
				skip_brace(s);
			else
				s->i++;
			break;
		case '+':
		case '.':
		case '^':
		case '$':
		case ')':
			end_run(s);
			s->i++;
			break;
		default:
			s->i++;
			put_char(s, c);
		}
	}
	end_run(s);
}

int sg_regex_literal(struct fb_arena *a, struct fb_slice pattern, struct fb_slice *out)
{
	struct scan s = { .p = pattern };
	uint8_t *folded;

	*out = (struct fb_slice){ 0 };
	if (beyond_us(pattern) || alternatives(pattern))
		return 0;
	s.run = fb_arena_get(a, pattern.n + 8);
	s.best = fb_arena_get(a, pattern.n + 8);
	folded = fb_arena_get(a, pattern.n * 3 + 8);
	if (!s.run || !s.best || !folded)
		return FB_ENOMEM;
	scan_runs(&s);
	*out = fb_slice(folded, fb_utf8_fold_raw(fb_slice(s.best, s.nbest), folded));
	return 0;
}
