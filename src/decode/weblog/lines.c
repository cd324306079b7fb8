#include "decode/weblog/weblog.h"

#include "base/cursor.h"
#include "base/text.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* ---- the state in a context ---- */

enum { CTX_VERSION = 1, CTX_WIDE = 1, CTX_MIDLINE = 2 };
#define CTX_HEAD 18 /* version, flags, lines, day */

void web_state_load(struct web_state *st, const struct fb_ctx *ctx)
{
	struct fb_cur c = fb_cur(fb_slice(ctx->bytes, ctx->n <= FB_CTX_MAX ? ctx->n : 0));
	struct fb_slice fields;
	uint8_t version, flags;
	uint64_t lines, day;

	*st = (struct web_state){ .day = FB_TIME_NONE };
	if (!fb_cur_u8(&c, &version) || version != CTX_VERSION || !fb_cur_u8(&c, &flags) ||
	    !fb_cur_u64(&c, &lines) || !fb_cur_u64(&c, &day) ||
	    !fb_cur_take(&c, fb_cur_left(&c), &fields))
		return;
	st->begun = true;
	st->wide = flags & CTX_WIDE;
	st->midline = flags & CTX_MIDLINE;
	st->lines = lines;
	st->day = (fb_time)day;
	st->fields = fields;
}

static void put_u64(uint8_t *p, uint64_t v)
{
	for (int i = 0; i < 8; i++)
		p[i] = (uint8_t)(v >> (8 * i));
}

void web_state_store(const struct web_state *st, struct fb_ctx *ctx)
{
	size_t n = st->fields.n <= FB_W3C_FIELDS_MAX ? st->fields.n : 0;

	_Static_assert(CTX_HEAD + FB_W3C_FIELDS_MAX <= FB_CTX_MAX, "the state fits");
	if (n)
		memmove(ctx->bytes + CTX_HEAD, st->fields.p, n);
	ctx->bytes[0] = CTX_VERSION;
	ctx->bytes[1] = (uint8_t)((st->wide ? CTX_WIDE : 0) | (st->midline ? CTX_MIDLINE : 0));
	put_u64(ctx->bytes + 2, st->lines);
	put_u64(ctx->bytes + 10, (uint64_t)st->day);
	ctx->n = (uint32_t)(CTX_HEAD + n);
}

size_t web_state_begin(struct web_state *st, struct fb_slice data)
{
	if (st->begun)
		return 0;
	st->begun = true;
	if (fb_slice_starts(data, FB_LIT("\xEF\xBB\xBF")))
		return 3;
	if (fb_slice_starts(data, FB_LIT("\xFF\xFE"))) {
		st->wide = true;
		return 2;
	}
	if (fb_slice_starts(data, fb_slice("#\0S\0", 4)) ||
	    fb_slice_starts(data, fb_slice("#\0F\0", 4)) ||
	    fb_slice_starts(data, fb_slice("#\0V\0", 4)) ||
	    fb_slice_starts(data, fb_slice("#\0D\0", 4)))
		st->wide = true;
	return 0;
}

void web_state_directive(struct web_state *st, struct fb_slice line)
{
	static const char fields[] = "#Fields:", date[] = "#Date:";

	if (fb_slice_ieq(fb_slice_sub(line, 0, sizeof fields - 1), FB_LIT(fields))) {
		st->fields = fb_slice_trim(fb_slice_sub(line, sizeof fields - 1, line.n));
		if (line.n > FB_W3C_FIELDS_MAX)
			st->fields = fb_slice(NULL, 0);
	} else if (fb_slice_ieq(fb_slice_sub(line, 0, sizeof date - 1), FB_LIT(date))) {
		struct fb_slice v = fb_slice_trim(fb_slice_sub(line, sizeof date - 1, line.n));
		fb_time t;

		st->day = v.n >= 10 && fb_time_parse(fb_slice_sub(v, 0, 10), &t, NULL)
				  ? t : FB_TIME_NONE;
	}
}

/* ---- finding lines; w is the width of a character, 1 or 2 ---- */

static bool is_char(const uint8_t *p, size_t w, uint8_t c)
{
	return p[0] == c && (w == 1 || p[1] == 0);
}

/* Where the first newline at or after `from` begins; s.n without one. */
static size_t first_newline(struct fb_slice s, size_t from, size_t w)
{
	const uint8_t *hit;

	if (from >= s.n)
		return s.n;
	if (w == 1) {
		hit = memchr(s.p + from, '\n', s.n - from);
		return hit ? (size_t)(hit - s.p) : s.n;
	}
	for (size_t i = from; s.n - i >= 2; i += 2)
		if (is_char(s.p + i, 2, '\n'))
			return i;
	return s.n;
}

/* The end of the last line that ends within the first n bytes; 0 without one. */
static size_t last_end(struct fb_slice s, size_t n, size_t w)
{
	const uint8_t *hit;

	if (n > s.n)
		n = s.n;
	if (w == 1) {
		hit = n ? memrchr(s.p, '\n', n) : NULL;
		return hit ? (size_t)(hit - s.p) + 1 : 0;
	}
	for (size_t i = n / 2; i > 0; i--)
		if (is_char(s.p + 2 * (i - 1), 2, '\n'))
			return 2 * i;
	return 0;
}

static size_t zeros(struct fb_slice s, size_t w)
{
	size_t i = 0;

	while (i < s.n && s.p[i] == 0)
		i++;
	return i - i % w;
}

/* ---- cutting ---- */

#ifdef __SSE2__
/* Of a number of sixteen bits. The compiler's own is a call and a table on processors of
 * the least kind. */
static unsigned bits(unsigned v)
{
	v = v - (v >> 1 & 0x5555);
	v = (v & 0x3333) + (v >> 2 & 0x3333);
	v = (v + (v >> 4)) & 0x0F0F;
	return (v + (v >> 8)) & 0x1F;
}
#endif

#ifdef __SSE2__
#define BLOCK 64

/* The newlines of a block, added to *lines; false, and nothing added, where a line that
 * begins with '#' or NUL follows one of them. p[BLOCK] is there. */
static bool count_block(const uint8_t *p, uint64_t *lines)
{
	const __m128i nl = _mm_set1_epi8('\n'), hash = _mm_set1_epi8('#'), zero = _mm_setzero_si128();
	__m128i counts = zero, marks = zero;

	for (unsigned i = 0; i < BLOCK; i += 16) {
		__m128i a = _mm_loadu_si128((const __m128i *)(const void *)(p + i));
		__m128i b = _mm_loadu_si128((const __m128i *)(const void *)(p + i + 1));
		__m128i ends = _mm_cmpeq_epi8(a, nl);

		counts = _mm_sub_epi8(counts, ends);
		marks = _mm_or_si128(marks, _mm_and_si128(ends, _mm_or_si128(_mm_cmpeq_epi8(b, hash),
									    _mm_cmpeq_epi8(b, zero))));
	}
	if (_mm_movemask_epi8(marks))
		return false;
	counts = _mm_sad_epu8(counts, zero);
	*lines += (unsigned)_mm_cvtsi128_si32(counts) + (unsigned)_mm_extract_epi16(counts, 4);
	return true;
}
#endif

/* Counts newlines from p on. Stops at the first line, after the one that p is in, that
 * begins with '#' or NUL; returns its start, or end. */
static const uint8_t *count_lines(const uint8_t *p, const uint8_t *end, uint64_t *lines)
{
#ifdef __SSE2__
	const __m128i nl = _mm_set1_epi8('\n'), hash = _mm_set1_epi8('#');

	while (end - p > BLOCK && count_block(p, lines))
		p += BLOCK;
	while (end - p > 16) {
		__m128i a = _mm_loadu_si128((const __m128i *)(const void *)p);
		__m128i b = _mm_loadu_si128((const __m128i *)(const void *)(p + 1));
		unsigned ends = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(a, nl));
		unsigned marks = (unsigned)_mm_movemask_epi8(
			_mm_or_si128(_mm_cmpeq_epi8(b, hash), _mm_cmpeq_epi8(b, _mm_setzero_si128())));
		unsigned both = ends & marks;

		if (both) {
			unsigned first = (unsigned)__builtin_ctz(both);

			*lines += bits(ends & ((2u << first) - 1));
			return p + first + 1;
		}
		*lines += bits(ends);
		p += 16;
	}
#endif
	for (; p < end; p++) {
		if (*p != '\n')
			continue;
		(*lines)++;
		if (end - p > 1 && (p[1] == '#' || p[1] == 0))
			return p + 1;
	}
	return end;
}

/* A line start: takes a directive into the state. */
static void look_at(struct web_state *st, struct fb_slice s)
{
	s = fb_slice_sub(s, zeros(s, 1), s.n);
	if (s.n && s.p[0] == '#')
		web_state_directive(st, fb_slice_sub(s, 0, first_newline(s, 0, 1)));
}

static void advance(struct web_state *st, struct fb_slice s)
{
	const uint8_t *p = s.p, *end = s.p + s.n;

	if (!st->midline)
		look_at(st, s);
	while ((p = count_lines(p, end, &st->lines)) < end)
		look_at(st, fb_slice(p, (size_t)(end - p)));
}

/* A directive in UTF-16. A new #Fields is kept in room, FB_W3C_FIELDS_MAX bytes; one
 * that is longer is none. */
static void wide_directive(struct web_state *st, struct fb_slice line, uint8_t *room)
{
	uint8_t text[(FB_W3C_FIELDS_MAX + 1) * 3]; /* one more: too long shows */
	const uint8_t *before = st->fields.p;
	struct fb_slice head = fb_slice_sub(line, 0, (FB_W3C_FIELDS_MAX + 1) * 2);

	web_state_directive(st, fb_slice(text, fb_utf16_to_utf8_raw(head, text)));
	if (st->fields.p == before || st->fields.n == 0 || !room)
		return;
	memcpy(room, st->fields.p, st->fields.n);
	st->fields.p = room;
}

static void advance_wide(struct web_state *st, struct fb_slice s,
			 uint8_t room[static FB_W3C_FIELDS_MAX])
{
	bool start = !st->midline;

	for (;;) {
		size_t at = first_newline(s, 0, 2), z = start ? zeros(s, 2) : 0;
		struct fb_slice line = fb_slice_sub(s, z, at > z ? at - z : 0);

		if (start && line.n >= 2 && is_char(line.p, 2, '#'))
			wide_directive(st, line, room);
		if (at >= s.n)
			break;
		st->lines++;
		start = true;
		s = fb_slice_sub(s, at + 2, s.n);
	}
}

/* How much to take where no line ends within want bytes; 0: more is needed. *midline:
 * within a line that is too long, before and after. */
static size_t cut_long(struct fb_slice s, bool final, size_t want, size_t w, bool *midline)
{
	const size_t longest = (FB_LINE_MAX + 2) * w;
	size_t at;

	if (*midline)
		return want;
	at = zeros(s, w); /* never written: can be cut anywhere */
	if (at)
		return at < want ? at : want;
	at = first_newline(s, want, w);
	if (at < s.n && at < longest)
		return at + w;
	if (s.n <= longest)
		return final ? s.n : 0;
	*midline = true;
	return want > longest ? want : longest;
}

size_t web_split(struct fb_slice data, bool final, size_t want, struct fb_ctx *ctx)
{
	uint8_t room[FB_W3C_FIELDS_MAX];
	struct web_state st;
	bool midline;
	size_t w, n, mark;

	web_state_load(&st, ctx);
	if (!st.begun && !final && data.n < 4)
		return 0;
	mark = web_state_begin(&st, data);
	w = st.wide ? 2 : 1;
	midline = false;
	if (final && (want >= data.n || data.n < w)) {
		n = data.n;
	} else {
		if (data.n < w)
			return 0;
		if (want > data.n)
			want = data.n;
		want = want < w ? w : want - want % w;
		n = last_end(data, want, w);
		if (n == 0) {
			midline = st.midline;
			n = cut_long(data, final, want, w, &midline);
		}
	}
	if (n == 0)
		return 0;
	if (st.wide)
		advance_wide(&st, fb_slice_sub(data, mark, n - mark), room);
	else
		advance(&st, fb_slice_sub(data, mark, n - mark));
	st.midline = midline;
	web_state_store(&st, ctx);
	return n;
}

/* ---- taking lines ---- */

/* The line as UTF-8. Directives are kept for the unit, others until the next. */
static int narrow(struct fb_arena *arena, uint8_t **scratch, struct web_line *l)
{
	bool directive = l->text.n >= 2 && is_char(l->text.p, 2, '#');
	uint8_t *to = *scratch;

	if (directive)
		to = fb_arena_get(arena, l->text.n / 2 * 3 + 1);
	else if (!to)
		to = *scratch = fb_arena_get(arena, (size_t)FB_LINE_MAX * 3);
	if (!to)
		return FB_ENOMEM;
	l->text = fb_slice(to, fb_utf16_to_utf8_raw(l->text, to));
	l->readable = l->text.n;
	return 0;
}

/* One line: s is the rest of the unit, whose first n bytes are the line and its end. */
static int take_line(const struct fb_unit *unit, struct fb_sink *sink, struct web_state *st,
		     struct web_line *l, uint8_t **scratch, bool *wanted)
{
	size_t w = st->wide ? 2 : 1;

	*wanted = false;
	if (l->text.n >= w && is_char(l->text.p + l->text.n - w, w, '\r'))
		l->text.n -= w;
	if (l->text.n > (size_t)FB_LINE_MAX * w || (l->cut && !unit->last)) {
		if (l->text.n >= w && is_char(l->text.p, w, '#') && !st->wide)
			web_state_directive(st, l->text);
		else if (l->text.n >= w && is_char(l->text.p, w, '#'))
			wide_directive(st, l->text, NULL); /* too long to be kept */
		fb_sink_rejected(sink, l->offset, l->raw.n, FB_WHY_LINE_TOO_LONG, NULL);
		return 0;
	}
	if (l->text.n == 0) {
		fb_sink_decoded(sink, l->raw.n);
		return 0;
	}
	if (l->text.n < w) {
		fb_sink_rejected(sink, l->offset, l->raw.n, FB_WHY_TRUNCATED, "half a character");
		return 0;
	}
	*wanted = true;
	return st->wide ? narrow(sink->arena, scratch, l) : 0;
}

int web_lines(const struct fb_unit *unit, struct fb_sink *sink, struct web_state *st,
	      int (*one)(void *user, const struct web_line *l), void *user)
{
	struct fb_slice data = unit->data;
	size_t at = web_state_begin(st, data);
	size_t w = st->wide ? 2 : 1;
	uint8_t *scratch = NULL;

	fb_sink_decoded(sink, at); /* the byte order mark */
	while (at < data.n) {
		struct web_line l = { .offset = unit->base + at, .number = st->lines + 1 };
		size_t nl = first_newline(data, at, w), end = nl < data.n ? nl + w : data.n, z;
		bool wanted;
		int rc;

		st->lines += nl < data.n;
		if (st->midline) {
			fb_sink_rejected(sink, l.offset, end - at, FB_WHY_LINE_TOO_LONG,
					 "the rest of a line");
			st->midline = nl >= data.n;
			at = end;
			continue;
		}
		/* IIS makes its files longer in advance: after a crash there are zeros
		 * before the next line. */
		z = data.p[at] == 0 ? zeros(fb_slice_sub(data, at, nl - at), w) : 0;
		fb_sink_skipped(sink, l.offset, z, FB_WHY_EMPTY);
		at += z;
		l.offset += z;
		l.raw = fb_slice_sub(data, at, end - at);
		l.text = fb_slice_sub(data, at, nl - at);
		l.readable = data.n - at;
		l.cut = nl >= data.n;
		at = end;
		if (l.raw.n == 0)
			continue;
		if (sink->wants && !is_char(l.raw.p, l.raw.n < w ? l.raw.n : w, '#') && !sink->wants(sink, l.raw)) {
			fb_sink_decoded(sink, l.raw.n);
			continue;
		}
		rc = take_line(unit, sink, st, &l, &scratch, &wanted);
		if (rc == 0 && wanted)
			rc = one(user, &l);
		if (rc)
			return rc;
	}
	return 0;
}
