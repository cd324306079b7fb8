#include "decode/weblog/jsonin.h"

#include "base/text.h"

struct reader {
	struct web_made *m;
	const uint8_t *p, *end;
	void (*leaf)(void *user, struct fb_slice path, enum jsonin_kind kind, struct fb_slice v);
	void *user;
	unsigned depth;
	struct {
		struct fb_slice path;
		bool list;
	} at[FB_WEB_JSON_DEPTH];
};

static void blanks(struct reader *r)
{
	while (r->p < r->end && (*r->p == ' ' || *r->p == '\t' || *r->p == '\r'))
		r->p++;
}

static bool next_is(struct reader *r, uint8_t c)
{
	blanks(r);
	if (r->p == r->end || *r->p != c)
		return false;
	r->p++;
	return true;
}

static bool hex4(const uint8_t *p, uint32_t *out)
{
	*out = 0;
	for (int i = 0; i < 4; i++) {
		uint8_t c = p[i], low = c | 0x20;
		uint32_t v = c >= '0' && c <= '9' ? c - '0' + 0u : low >= 'a' && low <= 'f' ? low - 'a' + 10u : 16u;

		if (v == 16)
			return false;
		*out = *out << 4 | v;
	}
	return true;
}

/* s is behind \u; a pair of surrogates is one character. Returns what was used of s. */
static size_t unicode(struct fb_slice s, uint32_t *cp)
{
	uint32_t low;

	if (s.n < 4 || !hex4(s.p, cp))
		return 0;
	if (*cp >= 0xD800 && *cp < 0xDC00 && s.n >= 10 && s.p[4] == '\\' && s.p[5] == 'u' &&
	    hex4(s.p + 6, &low) && low >= 0xDC00 && low < 0xE000) {
		*cp = 0x10000 + ((*cp - 0xD800) << 10) + (low - 0xDC00);
		return 10;
	}
	return 4;
}

static bool unescape(struct reader *r, struct fb_slice s, struct fb_slice *out)
{
	static const char letters[] = "bfnrt\"\\/", meant[] = "\b\f\n\r\t\"\\/";
	uint8_t *to = web_made_room(r->m, s.n), *begin = to;

	if (!to)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		const char *letter;

		if (s.p[i] != '\\') {
			*to++ = s.p[i];
			continue;
		}
		i++; /* never the last: the quote would be escaped */
		letter = i < s.n && s.p[i] ? strchr(letters, s.p[i]) : NULL;
		if (letter) {
			*to++ = (uint8_t)meant[letter - letters];
		} else if (i < s.n && s.p[i] == 'u') {
			uint32_t cp;
			size_t used = unicode(fb_slice_sub(s, i + 1, s.n), &cp);

			if (!used)
				return false;
			to += fb_utf8_put(cp, to);
			i += used;
		} else {
			return false;
		}
	}
	*out = fb_slice(begin, (size_t)(to - begin));
	return true;
}

/* The string whose opening quote was taken. */
static bool string(struct reader *r, struct fb_slice *out)
{
	const uint8_t *from = r->p, *q = NULL, *b;
	bool escaped = false;

	for (;;) {
		/* Looked for anew only where an escape went over it: a text of nothing but escapes
		 * is read once. */
		if (!q || q < r->p)
			q = r->p < r->end ? memchr(r->p, '"', (size_t)(r->end - r->p)) : NULL;
		if (!q)
			return false;
		b = q > r->p ? memchr(r->p, '\\', (size_t)(q - r->p)) : NULL;
		if (!b) {
			*out = fb_slice(from, (size_t)(q - from));
			r->p = q + 1;
			return !escaped || unescape(r, *out, out);
		}
		escaped = true;
		if (r->end - b < 2)
			return false;
		r->p = b + 2;
	}
}

static struct fb_slice joined(struct reader *r, struct fb_slice path, struct fb_slice key)
{
	uint8_t *to;

	if (!path.n)
		return key;
	to = web_made_room(r->m, path.n + 1 + key.n);
	if (!to)
		return fb_slice(NULL, 0);
	memcpy(to, path.p, path.n);
	to[path.n] = '.';
	if (key.n)
		memcpy(to + path.n + 1, key.p, key.n);
	return fb_slice(to, path.n + 1 + key.n);
}

static bool number_char(uint8_t c)
{
	return (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E';
}

static bool word(struct reader *r, const char *w)
{
	size_t n = strlen(w);

	if ((size_t)(r->end - r->p) < n || memcmp(r->p, w, n) != 0)
		return false;
	r->p += n;
	return true;
}

static bool scalar(struct reader *r, struct fb_slice path)
{
	const uint8_t *from = r->p;
	struct fb_slice v;

	if (*r->p == '"') {
		r->p++;
		if (!string(r, &v))
			return false;
		r->leaf(r->user, path, JSONIN_TEXT, v);
		return true;
	}
	if (word(r, "null")) {
		r->leaf(r->user, path, JSONIN_NULL, fb_slice(NULL, 0));
		return true;
	}
	if (word(r, "true") || word(r, "false")) {
		r->leaf(r->user, path, JSONIN_WORD, fb_slice(from, (size_t)(r->p - from)));
		return true;
	}
	while (r->p < r->end && number_char(*r->p))
		r->p++;
	if (r->p == from)
		return false;
	r->leaf(r->user, path, JSONIN_NUMBER, fb_slice(from, (size_t)(r->p - from)));
	return true;
}

static bool push(struct reader *r, struct fb_slice path, bool list)
{
	if (r->depth == FB_WEB_JSON_DEPTH)
		return false;
	r->at[r->depth].path = path;
	r->at[r->depth++].list = list;
	r->p++;
	return true;
}

/* A value under that path: an object or list is entered. */
static bool value(struct reader *r, struct fb_slice path)
{
	blanks(r);
	if (r->p == r->end)
		return false;
	if (*r->p == '{' || *r->p == '[')
		return push(r, path, *r->p == '[');
	return scalar(r, path);
}

/* The next member of what is open, or its end. *fresh: nothing of it was read yet. */
static bool step(struct reader *r, bool *fresh)
{
	bool list = r->at[r->depth - 1].list;
	struct fb_slice path = r->at[r->depth - 1].path, key;
	unsigned before = r->depth;

	if (next_is(r, list ? ']' : '}')) {
		r->depth--;
		*fresh = false;
		return true;
	}
	if (!*fresh && !next_is(r, ','))
		return false;
	if (!list) {
		if (!next_is(r, '"') || !string(r, &key) || !next_is(r, ':'))
			return false;
		path = joined(r, path, key);
		if (!path.p)
			return false;
	}
	if (!value(r, path))
		return false;
	*fresh = r->depth > before;
	return true;
}

bool jsonin_read(struct web_made *m, struct fb_slice line,
		 void (*leaf)(void *user, struct fb_slice path, enum jsonin_kind kind,
			      struct fb_slice v),
		 void *user)
{
	struct reader r = { .m = m, .p = line.p, .end = line.p + line.n, .leaf = leaf, .user = user };
	bool fresh = true;

	blanks(&r);
	if (r.p == r.end || *r.p != '{' || !push(&r, fb_slice(NULL, 0), false))
		return false;
	while (r.depth)
		if (!step(&r, &fresh))
			return false;
	blanks(&r);
	return r.p == r.end;
}
