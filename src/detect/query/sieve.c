/* The sieve: bytes in which a text is not.
 *
 * A line of a web log is searched as it stands, so what it must hold is there in its
 * bytes: in UTF-8, or in UTF-16LE. Where it is not, nothing needs to be decoded.
 *
 * What a record of an event log holds stands in its chunk: in UTF-16LE, or in code page
 * 1252. But for what is no text (numbers, GUIDs, …: is_loose in compile.c), for values that
 * are put together from pieces, and for names: match.c looks at these whatever the sieve
 * says, so that here the text, or a run of it, is known to be in one piece.
 *
 * Where fields are parts of their line as they stand there, so is what a field must hold;
 * and which line a text was seen in tells which lines need be decoded.
 *
 * Letters stand for all characters that fold to them.
 */
#include "detect/query/set.h"

#include "base/text.h"
#include "event/value.h"

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

enum form { UTF8, WIDE, ANSI, FORMS };

/* Code page 1252 above ASCII, as the decoder reads it; 0: not in it. */
static uint8_t ansi_of(uint32_t c)
{
	struct fb_buf text;
	uint8_t found = c < 0x80 ? (uint8_t)c : 0;

	fb_buf_init(&text, 16);
	for (unsigned b = 0x80; b < 0x100 && !found; b++) {
		uint8_t byte = (uint8_t)b;
		const struct fb_field f = { .type = FB_V_ANSI, .v = { &byte, 1 } };
		uint32_t is;

		fb_buf_clear(&text);
		if (!fb_value_text(&f, &text) && text.n && fb_utf8_next(fb_buf_view(&text), &is) > 0 &&
		    is == c)
			found = byte;
	}
	fb_buf_dispose(&text);
	return found;
}

/* false: the character does not exist in that form. */
static bool put_bytes(struct fb_buf *out, uint32_t c, enum form form)
{
	uint8_t four[4];
	size_t n = 0;

	if (form == UTF8) {
		n = fb_utf8_put(c, four);
	} else if (form == ANSI) {
		four[0] = ansi_of(c);
		n = four[0] != 0;
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
	return n != 0;
}

static bool put_char(struct fb_buf *out, const struct folds *f, uint32_t c, enum form form)
{
	bool any;

	(void)fb_buf_puts(out, "(?:");
	any = put_bytes(out, c, form);
	for (uint32_t i = 0; f && i < f->n; i++) {
		struct fb_buf one;

		if (f->v[i].to != c)
			continue;
		fb_buf_init(&one, 64);
		if (put_bytes(&one, f->v[i].from, form)) {
			if (any)
				(void)fb_buf_putc(out, '|');
			(void)fb_buf_slice(out, fb_buf_view(&one));
			any = true;
		}
		fb_buf_dispose(&one);
	}
	(void)fb_buf_putc(out, ')');
	return any;
}

/* The expression for a text; false: it could be made of bytes that are no text. *none:
 * there is no such text in that form. */
static bool put_text(struct fb_buf *out, const struct folds *f, struct fb_slice text,
		     enum form form, bool *none)
{
	for (unsigned i = 0; i < CHARS_MAX && text.n; i++) {
		uint32_t c;
		int n = fb_utf8_next(text, &c);

		if (n < 0 || c == FB_REPLACEMENT)
			return false;
		if (!put_char(out, f, c, form))
			*none = true;
		text = fb_slice_sub(text, (size_t)n, text.n);
	}
	return out->n != 0 && !fb_buf_code(out);
}

struct expressions {
	struct fb_buf text[FORMS * QU_TERMS_MAX];
	unsigned id[FORMS * QU_TERMS_MAX], flags[FORMS * QU_TERMS_MAX];
	unsigned n;
};

static int compile(struct qu_set *s, struct qu_sieve *sieve, struct expressions *e)
{
	const char *text[FORMS * QU_TERMS_MAX];
	hs_compile_error_t *why = NULL;
	hs_error_t r;

	for (unsigned i = 0; i < e->n; i++)
		text[i] = fb_buf_cstr(&e->text[i]);
	r = hs_compile_multi(text, e->flags, e->id, e->n, HS_MODE_BLOCK, NULL, &sieve->db, &why);
	hs_free_compile_error(why);
	if (r == HS_SUCCESS)
		r = hs_alloc_scratch(sieve->db, &s->scratch);
	if (r != HS_SUCCESS) { /* another processor: everything is decoded */
		hs_free_database(sieve->db);
		*sieve = (struct qu_sieve){ 0 };
	}
	return r == HS_NOMEM ? FB_ENOMEM : 0;
}

/* The term's text in each form that the lane has; *known: all of them are in e. */
static int add_forms(struct expressions *e, const struct folds *f, struct fb_slice text,
		     enum fb_lane lane, uint32_t id, unsigned flags, bool *known)
{
	unsigned first = e->n;

	*known = text.n != 0;
	for (int form = fb_lane_is_text(lane) ? UTF8 : WIDE; form <= ANSI && *known; form++) {
		struct fb_buf *out = &e->text[e->n];
		bool none = false;

		fb_buf_init(out, (size_t)1 << 20);
		e->id[e->n] = id;
		e->flags[e->n++] = flags | HS_FLAG_DOTALL;
		*known = put_text(out, f, text, (enum form)form, &none);
		if (out->code == FB_ENOMEM)
			return FB_ENOMEM;
		if (none)
			fb_buf_dispose(&e->text[--e->n]);
	}
	while (!*known && e->n > first)
		fb_buf_dispose(&e->text[--e->n]);
	return 0;
}

/* Is the field, by whichever of its names, a part of its line as it stands there? */
static bool is_as_written(const struct qu_names *n, enum fb_lane lane)
{
	for (uint32_t i = 0; i < n->nalias; i++)
		if (n->alias[i].lane == lane && !fb_sym_as_written(n->alias[i].sym))
			return false;
	return fb_sym_as_written(n->sym);
}

static struct fb_slice text_for(const struct qu_term *t, enum fb_lane lane, bool by_line)
{
	if (!fb_lane_is_text(lane))
		return t->run;
	/* Numbers are written in many ways. */
	if (by_line && t->kind == QU_FIELD && !t->number && is_as_written(&t->names, lane))
		return t->run;
	/* What is made of a line is looked at, too, where holds_loose does. */
	if (by_line && t->loose && lane != FB_LANE_WEB)
		return (struct fb_slice){ 0 };
	return t->kind == QU_TEXT ? t->text : t->kind == QU_RE ? t->need : (struct fb_slice){ 0 };
}

static int sieve_lane(struct qu_set *s, enum fb_lane lane, bool by_line, const struct folds *f,
		      struct expressions *e)
{
	const struct qu_query *q = &s->queries[0];
	struct qu_sieve *sieve = by_line ? &s->lines[lane] : &s->sieve[lane];
	int r = 0;

	if (fb_lane_is_text(lane) && !fb_lane_is_lines(lane))
		return 0; /* what a message says may be put together of several lines */
	for (uint32_t i = 0; i < q->nterms && !r; i++) {
		const struct qu_term *t = &q->terms[i];
		/* What every match of an expression contains is folded whatever its case. */
		const struct folds *folds = t->kind != QU_RE && s->options.cased ? NULL : f;
		bool known;

		r = add_forms(e, folds, text_for(t, lane, by_line), lane, i,
			      by_line ? 0 : HS_FLAG_SINGLEMATCH, &known);
		sieve->terms |= known ? 1ull << i : 0;
	}
	if (!r && e->n)
		r = compile(s, sieve, e);
	while (e->n)
		fb_buf_dispose(&e->text[--e->n]);
	return r;
}

int qu_sieves(struct qu_set *s)
{
	struct expressions *e;
	struct folds *f;
	int r = 0;

	if (s->nqueries != 1 || s->queries[0].nterms == 0)
		return 0;
	e = calloc(1, sizeof *e);
	f = malloc(sizeof *f);
	if (e && f) {
		find_folds(f);
		/* What others wrote has escapes of many kinds: all of it is decoded. */
		for (int lane = 0; lane < FB_LANE_COUNT && !r; lane++) {
			r = lane == FB_LANE_OTHER ? 0 : sieve_lane(s, (enum fb_lane)lane, false, f, e);
			if (!r && fb_lane_is_lines((enum fb_lane)lane))
				r = sieve_lane(s, (enum fb_lane)lane, true, f, e);
		}
	} else {
		r = FB_ENOMEM;
	}
	free(e);
	free(f);
	return r;
}
