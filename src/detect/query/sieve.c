/* The sieve: bytes of a web log in which a text cannot be need not be decoded.
 *
 * A line of a web log is searched as it stands, so what it must hold is there in its
 * bytes: in UTF-8, or in UTF-16LE. Letters stand for all characters that fold to them.
 * (Values of event logs may be put together from pieces or be no text at all; there is
 * no sieve for these.)
 */
#include "detect/query/set.h"

#include "base/text.h"

#include <stdlib.h>

#define CHARS_MAX 64     /* of a text; more tell nothing more */
#define FOLDED_MAX 4096  /* characters that fold to another one; Unicode has 1,500 */
#define FOLD_LAST 0x1FFFFu

struct folds {
	uint32_t n;
	struct { uint32_t from, to; } v[FOLDED_MAX];
};

static void find_folds(struct folds *f)
{
	f->n = 0;
	for (uint32_t c = 'A'; c <= FOLD_LAST && f->n < FOLDED_MAX; c++) {
		uint32_t to = fb_fold_char(c);

		if (to != c) {
			f->v[f->n].from = c;
			f->v[f->n++].to = to;
		}
	}
}

static void put_bytes(struct fb_buf *out, uint32_t c, bool wide)
{
	uint8_t four[4];
	size_t n = 0;

	if (!wide) {
		n = fb_utf8_put(c, four);
	} else if (c >= 0x10000) {
		uint32_t high = 0xD800 + ((c - 0x10000) >> 10), low = 0xDC00 + (c & 0x3FF);

		four[n++] = (uint8_t)high;
		four[n++] = (uint8_t)(high >> 8);
		four[n++] = (uint8_t)low;
		four[n++] = (uint8_t)(low >> 8);
	} else {
		four[n++] = (uint8_t)c;
		four[n++] = (uint8_t)(c >> 8);
	}
	for (size_t i = 0; i < n; i++)
		(void)fb_buf_printf(out, "\\x%02x", four[i]);
}

static void put_char(struct fb_buf *out, const struct folds *f, uint32_t c, bool wide)
{
	(void)fb_buf_puts(out, "(?:");
	put_bytes(out, c, wide);
	for (uint32_t i = 0; f && i < f->n; i++) {
		if (f->v[i].to != c)
			continue;
		(void)fb_buf_putc(out, '|');
		put_bytes(out, f->v[i].from, wide);
	}
	(void)fb_buf_putc(out, ')');
}

/* The expression for a text; false: it could be made of bytes that are no text. */
static bool put_text(struct fb_buf *out, const struct folds *f, struct fb_slice text, bool wide)
{
	for (unsigned i = 0; i < CHARS_MAX && text.n; i++) {
		uint32_t c;
		int n = fb_utf8_next(text, &c);

		if (n < 0 || c == FB_REPLACEMENT)
			return false;
		put_char(out, f, c, wide);
		text = fb_slice_sub(text, (size_t)n, text.n);
	}
	return out->n != 0 && !fb_buf_code(out);
}

struct expressions {
	struct fb_buf text[2 * QU_TERMS_MAX];
	unsigned id[2 * QU_TERMS_MAX], flags[2 * QU_TERMS_MAX];
	unsigned n;
};

static int compile(struct qu_set *s, struct expressions *e)
{
	const char *text[2 * QU_TERMS_MAX];
	hs_compile_error_t *why = NULL;
	hs_error_t r;

	for (unsigned i = 0; i < e->n; i++)
		text[i] = fb_buf_cstr(&e->text[i]);
	r = hs_compile_multi(text, e->flags, e->id, e->n, HS_MODE_BLOCK, NULL, &s->sieve, &why);
	hs_free_compile_error(why);
	if (r == HS_SUCCESS)
		r = hs_alloc_scratch(s->sieve, &s->scratch);
	if (r != HS_SUCCESS) { /* another processor: everything is decoded */
		hs_free_database(s->sieve);
		s->sieve = NULL;
	}
	return r == HS_NOMEM ? FB_ENOMEM : 0;
}

static int add_term(struct qu_set *s, struct expressions *e, const struct folds *f, uint32_t i)
{
	const struct qu_term *t = &s->queries[0].terms[i];
	struct fb_slice text = t->kind == QU_TEXT ? t->text : t->kind == QU_RE ? t->need
									       : (struct fb_slice){ 0 };
	bool good = text.n != 0;

	/* What every match of an expression contains is folded whatever its case. */
	for (int wide = 0; wide < 2 && good; wide++) {
		struct fb_buf *out = &e->text[e->n];

		fb_buf_init(out, (size_t)1 << 20);
		e->id[e->n] = i;
		e->flags[e->n++] = HS_FLAG_SINGLEMATCH | HS_FLAG_DOTALL;
		good = put_text(out, t->kind == QU_TEXT && s->options.cased ? NULL : f, text,
				wide != 0);
		if (out->code == FB_ENOMEM)
			return FB_ENOMEM;
	}
	if (good) {
		s->sieve_terms |= 1ull << i;
	} else {
		while (e->n && e->id[e->n - 1] == i)
			fb_buf_dispose(&e->text[--e->n]);
	}
	return 0;
}

int qu_sieve(struct qu_set *s)
{
	struct expressions *e;
	struct folds *f;
	int r = 0;

	if (s->nqueries != 1 || s->queries[0].nterms == 0)
		return 0;
	e = calloc(1, sizeof *e);
	f = malloc(sizeof *f);
	if (!e || !f) {
		r = FB_ENOMEM;
		goto out;
	}
	find_folds(f);
	for (uint32_t i = 0; i < s->queries[0].nterms && !r; i++)
		r = add_term(s, e, f, i);
	/* With --any, one term of which nothing is known lets everything pass. */
	if (s->options.any && e->n != 2 * s->queries[0].nterms)
		s->sieve_terms = 0;
	if (!r && s->sieve_terms)
		r = compile(s, e);
out:
	for (unsigned i = 0; e && i < e->n; i++)
		fb_buf_dispose(&e->text[i]);
	free(e);
	free(f);
	return r;
}
