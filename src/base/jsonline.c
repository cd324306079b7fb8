#include "base/jsonline.h"

#include "base/hash.h"
#include "base/text.h"

struct reader {
	struct fb_slice s;
	size_t at, max;
	struct fb_arena *arena;
	struct fb_err *err;
};

static int bad(struct reader *r, const char *what)
{
	return fb_fail(r->err, FB_EINPUT, "at byte %zu: %s", r->at + 1, what);
}

static int no_memory(struct reader *r)
{
	return fb_fail(r->err, FB_ENOMEM, "out of memory");
}

/* The next character that is no blank, or 0 at the end. */
static uint8_t peek(struct reader *r)
{
	while (r->at < r->s.n && memchr(" \t\r\n", r->s.p[r->at], 4))
		r->at++;
	return r->at < r->s.n ? r->s.p[r->at] : 0;
}

static int expect(struct reader *r, uint8_t c, const char *what)
{
	if (peek(r) != c)
		return bad(r, what);
	r->at++;
	return 0;
}

/* Four digits at r->at. */
static bool hex4(struct reader *r, uint32_t *out)
{
	uint8_t b[2];

	if (!fb_unhex(fb_slice_sub(r->s, r->at, 4), b, 2))
		return false;
	*out = (uint32_t)b[0] << 8 | b[1];
	r->at += 4;
	return true;
}

static int unicode(struct reader *r, uint8_t *out, size_t *n)
{
	uint32_t cp, low;

	if (!hex4(r, &cp))
		return bad(r, "four hexadecimal digits are expected");
	if (cp == 0)
		return bad(r, "a NUL inside of text");
	if (cp >= 0xDC00 && cp < 0xE000)
		return bad(r, "half of a surrogate pair");
	if (cp >= 0xD800 && cp < 0xDC00) {
		if (!fb_slice_starts(fb_slice_sub(r->s, r->at, 2), FB_LIT("\\u")))
			return bad(r, "half of a surrogate pair");
		r->at += 2;
		if (!hex4(r, &low) || low < 0xDC00 || low >= 0xE000)
			return bad(r, "half of a surrogate pair");
		cp = 0x10000 + ((cp - 0xD800) << 10) + (low - 0xDC00);
	}
	*n += fb_utf8_put(cp, out + *n);
	return 0;
}

/* Behind a backslash. */
static int escape(struct reader *r, uint8_t *out, size_t *n)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	uint8_t c = r->at < r->s.n ? r->s.p[r->at] : 0;
	const char *known = c ? strchr(from, c) : NULL;

	if (!known && c != 'u')
		return bad(r, "no such escape");
	r->at++;
	if (!known)
		return unicode(r, out, n);
	out[(*n)++] = (uint8_t)to[known - from];
	return 0;
}

static int text(struct reader *r, struct fb_slice *out)
{
	const uint8_t *end;
	size_t n = 0, room;
	uint8_t *p;
	int code = expect(r, '"', "text in quotes is expected");

	if (code)
		return code;
	/* What is written takes at least as many bytes as what it stands for. */
	for (room = 0, end = r->s.p + r->at; end < r->s.p + r->s.n && *end != '"'; end++, room++)
		if (*end == '\\' && end + 1 < r->s.p + r->s.n) {
			end++;
			room++;
		}
	p = fb_arena_get(r->arena, room + 4);
	if (!p)
		return no_memory(r);
	while (r->at < r->s.n && r->s.p[r->at] != '"') {
		uint8_t c = r->s.p[r->at++];

		if (c < 0x20)
			return bad(r, "a control character inside of text");
		if (c != '\\')
			p[n++] = c;
		else if ((code = escape(r, p, &n)) != 0)
			return code;
	}
	if (r->at == r->s.n)
		return bad(r, "the text has no end");
	r->at++;
	p[n] = 0;
	*out = fb_slice(p, n);
	return 0;
}

static int list(struct reader *r, struct fb_jsonfield *f)
{
	struct fb_slice *v = NULL;
	size_t cap = 0;
	int code;

	r->at++;
	f->list = true;
	if (peek(r) == ']') {
		r->at++;
		return 0;
	}
	for (;;) {
		if (f->n == r->max)
			return fb_fail(r->err, FB_ELIMIT, "at byte %zu: more than %zu items", r->at + 1,
				       r->max);
		if (f->n == cap) {
			struct fb_slice *more;

			cap = cap ? cap * 2 : 8;
			more = fb_arena_calloc(r->arena, cap, sizeof *more);
			if (!more)
				return no_memory(r);
			if (f->n)
				memcpy(more, v, f->n * sizeof *v);
			v = more;
			f->v = v;
		}
		code = text(r, &v[f->n]);
		if (code)
			return code;
		f->n++;
		if (peek(r) == ']')
			break;
		code = expect(r, ',', "\",\" or \"]\" is expected");
		if (code)
			return code;
	}
	r->at++;
	return 0;
}

static int field(struct reader *r, struct fb_jsonfield *out, size_t n)
{
	struct fb_jsonfield f = { 0 };
	struct fb_slice *one;
	int code = text(r, &f.key);

	if (code)
		return code;
	for (size_t i = 0; i < n; i++)
		if (fb_slice_eq(out[i].key, f.key))
			return bad(r, "a key that was there before");
	if (n == FB_JSONLINE_KEYS)
		return bad(r, "too many keys");
	code = expect(r, ':', "\":\" is expected");
	if (code)
		return code;
	if (peek(r) == '[') {
		code = list(r, &f);
	} else {
		one = fb_arena_calloc(r->arena, 1, sizeof *one);
		if (!one)
			return no_memory(r);
		code = text(r, one);
		f.v = one;
		f.n = 1;
	}
	if (code == 0)
		out[n] = f;
	return code;
}

int fb_jsonline(struct fb_slice line, size_t max, struct fb_arena *arena,
		struct fb_jsonfield out[static FB_JSONLINE_KEYS], size_t *n, struct fb_err *err)
{
	struct reader r = { .s = line, .max = max, .arena = arena, .err = err };
	int code;

	*n = 0;
	if (!fb_utf8_valid(line))
		return fb_fail(err, FB_EINPUT, "it is not valid UTF-8");
	code = expect(&r, '{', "an object is expected");
	if (code == 0 && peek(&r) == '}') {
		r.at++;
	} else {
		while (code == 0) {
			code = field(&r, out, *n);
			if (code)
				return code;
			++*n;
			if (peek(&r) == '}')
				break;
			code = expect(&r, ',', "\",\" or \"}\" is expected");
		}
		r.at += !code;
	}
	if (code == 0 && peek(&r))
		code = bad(&r, "something follows the object");
	return code;
}
