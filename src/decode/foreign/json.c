/* JSON (RFC 8259) to pairs. Strict in what it takes for JSON, so that a line that was cut
 * is seen; text may hold invalid UTF-8, lone surrogates are U+FFFD. */
#include "decode/foreign/foreign.h"

#include "base/text.h"

#include <stdio.h>

struct json {
	struct fb_slice s; /* what is left */
	struct fb_arena *arena;
	struct fgn_pairs *out;
	const char *wrong;
	unsigned depth;
};

static void skip(struct json *j)
{
	size_t i = 0;

	while (i < j->s.n && (j->s.p[i] == ' ' || j->s.p[i] == '\t' || j->s.p[i] == '\n' ||
			      j->s.p[i] == '\r'))
		i++;
	j->s = fb_slice_sub(j->s, i, j->s.n);
}

static bool bad(struct json *j, const char *why)
{
	if (!j->wrong)
		j->wrong = why;
	return false;
}

static bool nomem(struct json *j)
{
	j->out->nomem = true;
	return bad(j, "out of memory");
}

static bool take(struct json *j, uint8_t c)
{
	if (j->s.n == 0 || j->s.p[0] != c)
		return false;
	j->s = fb_slice_sub(j->s, 1, j->s.n);
	return true;
}

static bool hex4(struct fb_slice s, uint32_t *out)
{
	*out = 0;
	if (s.n < 4)
		return false;
	for (size_t i = 0; i < 4; i++) {
		uint8_t c = s.p[i];
		unsigned d = c >= '0' && c <= '9' ? c - '0' + 0u
			   : c >= 'a' && c <= 'f' ? c - 'a' + 10u
			   : c >= 'A' && c <= 'F' ? c - 'A' + 10u : 16;

		if (d == 16)
			return false;
		*out = *out * 16 + d;
	}
	return true;
}

/* What stands behind a backslash; moves *s behind it. */
static bool escape(struct fb_slice *s, uint8_t *to, size_t *n)
{
	static const char from[] = "\"\\/bfnrt", into[] = "\"\\/\b\f\n\r\t";
	const char *hit;
	uint32_t cp, low;

	if (s->n == 0)
		return false;
	if (s->p[0] != 'u') {
		hit = s->p[0] ? strchr(from, s->p[0]) : NULL;
		if (!hit)
			return false;
		to[(*n)++] = (uint8_t)into[hit - from];
		*s = fb_slice_sub(*s, 1, s->n);
		return true;
	}
	if (!hex4(fb_slice_sub(*s, 1, 4), &cp))
		return false;
	*s = fb_slice_sub(*s, 5, s->n);
	if (cp >= 0xD800 && cp < 0xDC00 && s->n >= 6 && s->p[0] == '\\' && s->p[1] == 'u' &&
	    hex4(fb_slice_sub(*s, 2, 4), &low) && low >= 0xDC00 && low < 0xE000) {
		cp = 0x10000 + ((cp - 0xD800) << 10) + (low - 0xDC00);
		*s = fb_slice_sub(*s, 6, s->n);
	}
	*n += fb_utf8_put(cp, to + *n);
	return true;
}

/* A string that begins here. */
static bool string(struct json *j, struct fb_slice *out)
{
	struct fb_slice s = fb_slice_sub(j->s, 1, j->s.n);
	size_t i = 0, n = 0;
	uint8_t *to;

	while (i < s.n && s.p[i] != '"' && s.p[i] != '\\' && s.p[i] >= 0x20)
		i++;
	if (i < s.n && s.p[i] == '"') {
		*out = fb_slice_sub(s, 0, i);
		j->s = fb_slice_sub(s, i + 1, s.n);
		return true;
	}
	/* No escape is shorter than what it stands for. */
	while (i < s.n && s.p[i] != '"')
		i += s.p[i] == '\\' ? 2 : 1;
	if (i >= s.n)
		return bad(j, "it ends within a text");
	to = fb_arena_get(j->arena, i + 1);
	if (!to)
		return nomem(j);
	while (s.n && s.p[0] != '"') {
		uint8_t c = s.p[0];

		if (c < 0x20)
			return bad(j, "a control character in a text");
		s = fb_slice_sub(s, 1, s.n);
		if (c != '\\')
			to[n++] = c;
		else if (!escape(&s, to, &n))
			return bad(j, "an escape that is none");
	}
	*out = fb_slice(to, n);
	j->s = fb_slice_sub(s, 1, s.n);
	return true;
}

/* A number, true, false, null. */
static bool bare(struct json *j, struct fb_slice *out)
{
	size_t n = 0;
	struct fb_slice v;

	while (n < j->s.n && ((j->s.p[n] >= '0' && j->s.p[n] <= '9') ||
			      (j->s.p[n] >= 'a' && j->s.p[n] <= 'z') || j->s.p[n] == '-' ||
			      j->s.p[n] == '+' || j->s.p[n] == '.' || j->s.p[n] == 'E'))
		n++;
	v = fb_slice_sub(j->s, 0, n);
	if (n == 0)
		return bad(j, "a value is missing");
	if (!fb_slice_eqs(v, "true") && !fb_slice_eqs(v, "false") && !fb_slice_eqs(v, "null")) {
		size_t first = v.p[0] == '-' ? 1 : 0;

		if (first == n || v.p[first] < '0' || v.p[first] > '9')
			return bad(j, "a value is none");
		for (size_t i = first; i < n; i++)
			if (v.p[i] >= 'a' && v.p[i] != 'e')
				return bad(j, "a value is none");
	}
	*out = v;
	j->s = fb_slice_sub(j->s, n, j->s.n);
	return true;
}

static void add(struct json *j, struct fb_slice key, struct fb_slice value, enum fgn_type type)
{
	if (j->out->n == FB_FIELDS_MAX) {
		j->out->cut = true;
		return;
	}
	j->out->v[j->out->n++] = (struct fgn_pair){ .key = key, .value = value, .type = type,
						    .column = UINT32_MAX };
}

static bool join(struct json *j, struct fb_slice path, struct fb_slice name, struct fb_slice *out)
{
	uint8_t *to;

	if (path.n == 0) {
		*out = name;
		return true;
	}
	if (path.n + name.n > FB_FOREIGN_HEADER_MAX)
		return bad(j, "a name is too long");
	to = fb_arena_get(j->arena, path.n + name.n + 1);
	if (!to)
		return nomem(j);
	memcpy(to, path.p, path.n);
	to[path.n] = '.';
	if (name.n)
		memcpy(to + path.n + 1, name.p, name.n);
	*out = fb_slice(to, path.n + 1 + name.n);
	return true;
}

static bool value(struct json *j, struct fb_slice path);

static bool object(struct json *j, struct fb_slice path)
{
	skip(j);
	if (take(j, '}'))
		return true;
	for (;;) {
		struct fb_slice name, full;

		skip(j);
		if (j->s.n == 0 || j->s.p[0] != '"')
			return bad(j, "a name is missing");
		if (!string(j, &name) || !join(j, path, name, &full))
			return false;
		skip(j);
		if (!take(j, ':'))
			return bad(j, "a colon is missing");
		if (!value(j, full))
			return false;
		skip(j);
		if (take(j, '}'))
			return true;
		if (!take(j, ','))
			return bad(j, j->s.n ? "a comma is missing" : "it ends within an object");
	}
}

/* Items one by one, numbered; those without structure become one list if all are. */
static bool array(struct json *j, struct fb_slice path)
{
	size_t first = j->out->n, flat = 0, bytes = 0;
	unsigned long i = 0;
	bool plain = true;
	uint8_t *to;

	skip(j);
	if (take(j, ']'))
		return true;
	for (;; i++) {
		char number[24];
		struct fb_slice full = path;
		size_t before = j->out->n;

		skip(j);
		if (j->s.n && (j->s.p[0] == '{' || j->s.p[0] == '[')) {
			int n = snprintf(number, sizeof number, "%lu", i);

			plain = false;
			if (!join(j, path, fb_slice(number, (size_t)n), &full))
				return false;
			if (path.n == 0) { /* number dies here */
				full.p = (const uint8_t *)fb_arena_strn(j->arena, number, (size_t)n);
				if (!full.p)
					return nomem(j);
			}
		}
		if (!value(j, full))
			return false;
		for (size_t k = before; plain && k < j->out->n; k++)
			bytes += j->out->v[k].value.n + 1;
		skip(j);
		if (take(j, ']'))
			break;
		if (!take(j, ','))
			return bad(j, j->s.n ? "a comma is missing" : "it ends within a list");
	}
	if (!plain || j->out->n - first < 2)
		return true;
	to = fb_arena_get(j->arena, bytes);
	if (!to)
		return nomem(j);
	for (size_t k = first; k < j->out->n; k++) {
		struct fb_slice v = j->out->v[k].value;

		for (size_t m = 0; m < v.n; m++)
			to[flat++] = v.p[m] ? v.p[m] : ' ';
		to[flat++] = 0;
	}
	j->out->n = first;
	add(j, path, fb_slice(to, flat), FGN_LIST);
	return true;
}

static bool value(struct json *j, struct fb_slice path)
{
	struct fb_slice v;
	bool r;

	skip(j);
	if (j->s.n == 0)
		return bad(j, "it ends within an object");
	if (j->s.p[0] == '"') {
		if (!string(j, &v))
			return false;
		add(j, path, v, FGN_TEXT);
		return true;
	}
	if (j->s.p[0] != '{' && j->s.p[0] != '[') {
		if (!bare(j, &v))
			return false;
		add(j, path, v, v.p[0] == 'n' ? FGN_NULL : FGN_BARE);
		return true;
	}
	if (j->depth == FB_FOREIGN_DEPTH)
		return bad(j, "objects within one another beyond 32");
	j->depth++;
	r = take(j, '{') ? object(j, path) : take(j, '[') && array(j, path);
	j->depth--;
	return r;
}

const char *fgn_json(struct fb_slice text, struct fb_slice prefix, bool whole,
		     struct fb_arena *arena, struct fgn_pairs *out)
{
	struct json j = { .s = text, .arena = arena, .out = out };

	skip(&j);
	if (j.s.n == 0 || j.s.p[0] != '{')
		return "not a JSON object";
	if (!value(&j, prefix))
		return j.wrong;
	skip(&j);
	return whole && j.s.n ? "more than one object on a line" : NULL;
}

/* ---- pairs ---- */

const struct fgn_pair *fgn_get(const struct fgn_pairs *p, const char *key)
{
	struct fb_slice k = fb_slice_str(key);

	for (size_t i = 0; i < p->n; i++)
		if (fb_slice_eq(p->v[i].key, k))
			return &p->v[i];
	return NULL;
}

struct fb_slice fgn_text(const struct fgn_pairs *p, const char *key)
{
	const struct fgn_pair *hit = fgn_get(p, key);

	return hit && hit->type <= FGN_BARE ? hit->value : (struct fb_slice){ 0 };
}

struct fb_slice fgn_below(const struct fgn_pair *p, const char *prefix)
{
	struct fb_slice pre = fb_slice_str(prefix);

	return fb_slice_starts(p->key, pre) ? fb_slice_sub(p->key, pre.n, p->key.n)
					    : (struct fb_slice){ 0 };
}
