#include "base/json.h"

#include "base/hash.h"
#include "base/text.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

void fb_json_init(struct fb_json *j, struct fb_buf *out)
{
	*j = (struct fb_json){ .out = out };
}

/* What stands before a value: a comma, unless a key was just written. */
static void before(struct fb_json *j)
{
	if (j->keyed) {
		j->keyed = false;
		return;
	}
	if (j->comma[j->depth])
		(void)fb_buf_putc(j->out, ',');
	j->comma[j->depth] = true;
}

static void open_level(struct fb_json *j, uint8_t c)
{
	before(j);
	(void)fb_buf_putc(j->out, c);
	if (j->depth == FB_JSON_DEPTH) {
		j->out->code = FB_ELIMIT;
		return;
	}
	j->comma[++j->depth] = false;
}

static void close_level(struct fb_json *j, uint8_t c)
{
	if (j->depth)
		j->depth--;
	(void)fb_buf_putc(j->out, c);
}

void fb_json_object(struct fb_json *j)
{
	open_level(j, '{');
}

void fb_json_object_end(struct fb_json *j)
{
	close_level(j, '}');
}

void fb_json_array(struct fb_json *j)
{
	open_level(j, '[');
}

void fb_json_array_end(struct fb_json *j)
{
	close_level(j, ']');
}

static bool must_escape(uint32_t cp)
{
	return cp < 0x20 || cp == '"' || cp == '\\' || cp == '<' || cp == '>' || cp == '&' ||
	       (cp >= 0x7F && cp < 0xA0) || cp == 0x061C || cp == 0x200E || cp == 0x200F ||
	       (cp >= 0x2028 && cp <= 0x202E) || (cp >= 0x2066 && cp <= 0x2069) || cp == 0xFEFF;
}

static void put_escape(struct fb_buf *out, uint32_t cp)
{
	switch (cp) {
	case '"': (void)fb_buf_puts(out, "\\\""); break;
	case '\\': (void)fb_buf_puts(out, "\\\\"); break;
	case '\n': (void)fb_buf_puts(out, "\\n"); break;
	case '\r': (void)fb_buf_puts(out, "\\r"); break;
	case '\t': (void)fb_buf_puts(out, "\\t"); break;
	default: (void)fb_buf_printf(out, "\\u%04x", cp);
	}
}

static bool plain(uint8_t c)
{
	return c >= 0x20 && c < 0x7F && c != '"' && c != '\\' && c != '<' && c != '>' && c != '&';
}

/* How many of the first bytes are plain; sixteen at once, since most of what is written is. */
static size_t plain_run(struct fb_slice s)
{
	size_t i = 0;

#ifdef __SSE2__
	for (; i + 16 <= s.n; i += 16) {
		__m128i v = _mm_loadu_si128((const __m128i *)(const void *)(s.p + i));
		__m128i odd = _mm_cmplt_epi8(v, _mm_set1_epi8(0x20)); /* signed: those beyond ASCII too */
		unsigned bits;

		odd = _mm_or_si128(odd, _mm_cmpeq_epi8(v, _mm_set1_epi8(0x7F)));
		odd = _mm_or_si128(odd, _mm_cmpeq_epi8(v, _mm_set1_epi8('"')));
		odd = _mm_or_si128(odd, _mm_cmpeq_epi8(v, _mm_set1_epi8('\\')));
		odd = _mm_or_si128(odd, _mm_cmpeq_epi8(v, _mm_set1_epi8('&')));
		odd = _mm_or_si128(odd, _mm_cmpeq_epi8(_mm_or_si128(v, _mm_set1_epi8('<' ^ '>')), _mm_set1_epi8('>')));
		bits = (unsigned)_mm_movemask_epi8(odd);
		if (bits)
			return i + (unsigned)__builtin_ctz(bits);
	}
	/* The rest, with what was looked at already before it. */
	if (i < s.n && s.n >= 16) {
		struct fb_slice last = fb_slice(s.p + s.n - 16, 16);

		return s.n - 16 + plain_run(last);
	}
#endif
	while (i < s.n && plain(s.p[i]))
		i++;
	return i;
}

static void put_quoted(struct fb_buf *out, struct fb_slice s)
{
	(void)fb_buf_putc(out, '"');
	while (s.n) {
		size_t run = plain_run(s);
		uint32_t cp;
		uint8_t four[4];
		int n;

		if (run) {
			(void)fb_buf_put(out, s.p, run);
			s = fb_slice_sub(s, run, s.n - run);
			continue;
		}
		n = fb_utf8_next(s, &cp);
		if (must_escape(cp))
			put_escape(out, cp);
		else
			(void)fb_buf_put(out, four, fb_utf8_put(cp, four));
		n = n < 0 ? 1 : n;
		s.p += n;
		s.n -= (size_t)n;
	}
	(void)fb_buf_putc(out, '"');
}

void fb_json_key_slice(struct fb_json *j, struct fb_slice key)
{
	before(j);
	put_quoted(j->out, key);
	(void)fb_buf_putc(j->out, ':');
	j->keyed = true;
}

void fb_json_key(struct fb_json *j, const char *key)
{
	fb_json_key_slice(j, fb_slice_str(key));
}

void fb_json_str(struct fb_json *j, struct fb_slice s)
{
	before(j);
	put_quoted(j->out, s);
}

void fb_json_cstr(struct fb_json *j, const char *s)
{
	if (s)
		fb_json_str(j, fb_slice_str(s));
	else
		fb_json_null(j);
}

void fb_json_u64(struct fb_json *j, uint64_t v)
{
	before(j);
	(void)fb_buf_decimal(j->out, v);
}

void fb_json_i64(struct fb_json *j, int64_t v)
{
	before(j);
	if (v < 0)
		(void)fb_buf_putc(j->out, '-');
	(void)fb_buf_decimal(j->out, v < 0 ? 0 - (uint64_t)v : (uint64_t)v);
}

void fb_json_raw(struct fb_json *j, struct fb_slice number)
{
	before(j);
	(void)fb_buf_slice(j->out, number);
}

void fb_json_bool(struct fb_json *j, bool v)
{
	before(j);
	(void)fb_buf_puts(j->out, v ? "true" : "false");
}

void fb_json_null(struct fb_json *j)
{
	before(j);
	(void)fb_buf_puts(j->out, "null");
}

void fb_json_hex(struct fb_json *j, const void *p, size_t n)
{
	const uint8_t *b = p;

	before(j);
	(void)fb_buf_putc(j->out, '"');
	for (size_t i = 0; i < n; i++) {
		char two[3];

		fb_hex(b + i, 1, two);
		(void)fb_buf_put(j->out, two, 2);
	}
	(void)fb_buf_putc(j->out, '"');
}

void fb_json_time(struct fb_json *j, fb_time t, unsigned digits)
{
	char text[FB_TIME_TEXT];

	if (t == FB_TIME_NONE)
		fb_json_null(j);
	else
		fb_json_cstr(j, fb_time_text(t, digits, text));
}

void fb_json_put_cstr(struct fb_json *j, const char *key, const char *s)
{
	fb_json_key(j, key);
	fb_json_cstr(j, s);
}

void fb_json_put_u64(struct fb_json *j, const char *key, uint64_t v)
{
	fb_json_key(j, key);
	fb_json_u64(j, v);
}

void fb_json_put_bool(struct fb_json *j, const char *key, bool v)
{
	fb_json_key(j, key);
	fb_json_bool(j, v);
}
