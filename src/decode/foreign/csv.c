/* RFC 4180, and what is met beyond it: other delimiters, quotes within a value that does
 * not begin with one, text behind a closing quote. */
#include "decode/foreign/foreign.h"

#include "base/text.h"

/* The value at the front of *s, which moves behind it and its delimiter. *more: there was
 * one. false: memory. */
static bool take_value(struct fb_slice *s, uint8_t delimiter, struct fb_arena *arena,
		       struct fb_slice *out, bool *more)
{
	const uint8_t *end;
	uint8_t *to;
	size_t i = 1, n = 0;
	bool quoted = true;

	if (s->n == 0 || s->p[0] != '"') {
		end = s->n ? memchr(s->p, delimiter, s->n) : NULL;
		*more = end != NULL;
		*out = fb_slice_sub(*s, 0, end ? (size_t)(end - s->p) : s->n);
		*s = fb_slice_sub(*s, out->n + 1, s->n);
		return true;
	}
	end = memchr(s->p + 1, '"', s->n - 1);
	if (end && (end + 1 == s->p + s->n || end[1] == delimiter)) {
		*more = end + 1 != s->p + s->n;
		*out = fb_slice(s->p + 1, (size_t)(end - s->p) - 1);
		*s = fb_slice_sub(*s, out->n + 3, s->n);
		return true;
	}
	to = fb_arena_get(arena, s->n);
	if (!to)
		return false;
	for (; i < s->n && (quoted || s->p[i] != delimiter); i++) {
		if (quoted && s->p[i] == '"') {
			if (i + 1 == s->n || s->p[i + 1] != '"') {
				quoted = false;
				continue;
			}
			i++;
		}
		to[n++] = s->p[i];
	}
	*more = i < s->n;
	*out = fb_slice(to, n);
	*s = fb_slice_sub(*s, i + 1, s->n);
	return true;
}

/* A name as every event has it: valid UTF-8. */
static struct fb_slice clean(struct fb_arena *arena, struct fb_slice name)
{
	uint8_t *out, *to;

	name = fb_slice_trim(name);
	out = to = fb_arena_get(arena, name.n * 3 + 1);
	if (!out)
		return (struct fb_slice){ 0 };
	while (name.n) {
		uint32_t cp;
		int n = fb_utf8_next(name, &cp);

		to += fb_utf8_put(cp, to);
		name = fb_slice_sub(name, n < 0 ? 1 : (size_t)n, name.n);
	}
	return fb_slice(out, (size_t)(to - out));
}

size_t fgn_csv_header(struct fb_slice text, uint8_t delimiter, struct fb_arena *arena,
		      struct fb_slice *out)
{
	bool more = text.n != 0;
	size_t n = 0;

	while (more) {
		struct fb_slice name;

		if (n == FB_FOREIGN_COLUMNS_MAX || !take_value(&text, delimiter, arena, &name, &more))
			return 0;
		out[n++] = clean(arena, name);
	}
	while (n && out[n - 1].n == 0)
		n--;
	return n;
}

void fgn_csv(struct fb_slice text, uint8_t delimiter, const struct fb_slice *names, size_t n,
	     struct fb_arena *arena, struct fgn_pairs *out, size_t *found)
{
	bool more = true;

	out->n = 0;
	out->cut = out->nomem = false;
	for (*found = 0; more; (*found)++) {
		struct fb_slice v;

		if (!take_value(&text, delimiter, arena, &v, &more)) {
			out->nomem = true;
			return;
		}
		/* A delimiter behind the last is no value more. */
		if (v.n == 0 && !more && *found >= n)
			break;
		if (v.n == 0 || *found >= n || names[*found].n == 0)
			continue;
		if (out->n == FB_FIELDS_MAX) {
			out->cut = true;
			continue;
		}
		out->v[out->n++] = (struct fgn_pair){ .key = names[*found], .value = v,
						      .column = (uint32_t)*found };
	}
}
