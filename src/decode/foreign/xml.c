/* The XML of an event log's record, as Windows and those who imitate it write it: elements,
 * attributes, text, the five entities and numbers; no more of XML is known, and what is not
 * understood ends it. */
#include "decode/foreign/foreign.h"

#include "base/text.h"

struct level {
	struct fb_slice path;
	struct fb_slice text;
	bool children;
	struct fb_slice given; /* <Data Name="…"> */
};

struct xml {
	struct fb_slice s;
	struct fb_arena *arena;
	struct fgn_pairs *out;
	struct level at[FB_FOREIGN_DEPTH];
	unsigned depth;
};

static void move(struct xml *x, size_t n)
{
	x->s = fb_slice_sub(x->s, n, x->s.n);
}

static bool name_char(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '-' || c == '.' || c == ':' || c >= 0x80;
}

static struct fb_slice take_name(struct xml *x)
{
	struct fb_slice out;
	size_t n = 0;

	while (n < x->s.n && name_char(x->s.p[n]))
		n++;
	out = fb_slice_sub(x->s, 0, n);
	move(x, n);
	return out;
}

static void blanks(struct xml *x)
{
	while (x->s.n && (x->s.p[0] == ' ' || x->s.p[0] == '\t' || x->s.p[0] == '\r' ||
			  x->s.p[0] == '\n'))
		move(x, 1);
}

/* "&amp;" at the front of s: its character, and its length; 0: none. */
static size_t entity(struct fb_slice s, uint32_t *cp)
{
	static const struct { const char *text; uint8_t c; } known[] = {
		{ "&lt;", '<' }, { "&gt;", '>' }, { "&amp;", '&' }, { "&quot;", '"' },
		{ "&apos;", '\'' },
	};
	bool hex;
	size_t n;

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (fb_slice_starts(s, fb_slice_str(known[i].text))) {
			*cp = known[i].c;
			return strlen(known[i].text);
		}
	if (s.n < 4 || s.p[1] != '#')
		return 0;
	hex = s.p[2] == 'x';
	*cp = 0;
	for (n = hex ? 3 : 2; n < s.n && n < 10 && s.p[n] != ';'; n++) {
		uint8_t c = s.p[n];
		unsigned d = c >= '0' && c <= '9' ? c - '0' + 0u
			   : c >= 'a' && c <= 'f' ? c - 'a' + 10u
			   : c >= 'A' && c <= 'F' ? c - 'A' + 10u : 16;

		if (d >= (hex ? 16u : 10u))
			return 0;
		*cp = *cp * (hex ? 16 : 10) + d;
	}
	return n < s.n && s.p[n] == ';' ? n + 1 : 0;
}

static struct fb_slice unescape(struct xml *x, struct fb_slice s)
{
	uint8_t *to;
	size_t n = 0;

	if (s.n == 0 || !memchr(s.p, '&', s.n))
		return s;
	to = fb_arena_get(x->arena, s.n + 4);
	if (!to) {
		x->out->nomem = true;
		return (struct fb_slice){ 0 };
	}
	while (s.n) {
		uint32_t cp;
		size_t len = s.p[0] == '&' ? entity(s, &cp) : 0;

		/* No entity is shorter than its character. */
		if (len)
			n += fb_utf8_put(cp, to + n);
		else
			to[n++] = s.p[0];
		s = fb_slice_sub(s, len ? len : 1, s.n);
	}
	return fb_slice(to, n);
}

static struct fb_slice joined(struct xml *x, struct fb_slice a, const char *between,
			      struct fb_slice b)
{
	size_t mid = strlen(between);
	uint8_t *to;

	if (a.n == 0)
		return b;
	to = a.n + b.n < FB_FOREIGN_HEADER_MAX ? fb_arena_get(x->arena, a.n + mid + b.n + 1) : NULL;
	if (!to) {
		x->out->nomem = true;
		return (struct fb_slice){ 0 };
	}
	memcpy(to, a.p, a.n);
	memcpy(to + a.n, between, mid);
	if (b.n)
		memcpy(to + a.n + mid, b.p, b.n);
	return fb_slice(to, a.n + mid + b.n);
}

static void add(struct xml *x, struct fb_slice key, struct fb_slice v, enum fgn_type type)
{
	if (x->out->n == FB_FIELDS_MAX) {
		x->out->cut = true;
		return;
	}
	x->out->v[x->out->n++] = (struct fgn_pair){ .key = key, .value = v, .type = type,
						    .column = UINT32_MAX };
}

/* Of an element that has begun. */
static bool attributes(struct xml *x, struct level *l)
{
	for (;;) {
		struct fb_slice name, v;
		const uint8_t *end;
		uint8_t quote;

		blanks(x);
		name = take_name(x);
		if (name.n == 0)
			return true;
		blanks(x);
		if (x->s.n < 2 || x->s.p[0] != '=')
			return false;
		move(x, 1);
		blanks(x);
		quote = x->s.n ? x->s.p[0] : 0;
		end = x->s.n > 1 ? memchr(x->s.p + 1, quote, x->s.n - 1) : NULL;
		if ((quote != '"' && quote != '\'') || !end)
			return false;
		v = fb_slice(x->s.p + 1, (size_t)(end - x->s.p) - 1);
		move(x, v.n + 2);
		v = unescape(x, v);
		if (fb_slice_eqs(name, "xmlns") || fb_slice_starts(name, FB_LIT("xmlns:")))
			continue;
		if (fb_slice_eqs(name, "Name") && fb_slice_starts(l->path, FB_LIT("Event.EventData.")))
			l->given = v;
		else
			add(x, joined(x, l->path, "_attributes.", name), v, FGN_TEXT);
	}
}

static bool open(struct xml *x)
{
	struct level *up = x->depth ? &x->at[x->depth - 1] : NULL, *l;
	struct fb_slice name;
	bool empty;

	move(x, 1);
	name = take_name(x);
	if (name.n == 0 || x->depth == FB_FOREIGN_DEPTH)
		return false;
	l = &x->at[x->depth++];
	*l = (struct level){ .path = up ? joined(x, up->path, ".", name) : name };
	if (up)
		up->children = true;
	if (!attributes(x, l))
		return false;
	empty = x->s.n && x->s.p[0] == '/';
	if (empty)
		move(x, 1);
	if (x->s.n == 0 || x->s.p[0] != '>')
		return false;
	move(x, 1);
	if (!empty)
		return true;
	if (l->given.n)
		add(x, joined(x, up ? up->path : l->path, ".", l->given), (struct fb_slice){ 0 },
		    FGN_NULL);
	x->depth--;
	return true;
}

static bool close(struct xml *x)
{
	struct level *l = x->depth ? &x->at[x->depth - 1] : NULL;
	const uint8_t *end = x->s.n ? memchr(x->s.p, '>', x->s.n) : NULL;

	if (!l || !end)
		return false;
	move(x, (size_t)(end - x->s.p) + 1);
	if (!l->children)
		add(x, l->given.n && x->depth > 1
			       ? joined(x, x->at[x->depth - 2].path, ".", l->given) : l->path,
		    l->text, l->text.n ? FGN_TEXT : FGN_NULL);
	x->depth--;
	return true;
}

const char *fgn_xml(struct fb_slice text, struct fb_arena *arena, struct fgn_pairs *out)
{
	struct xml x = { .s = text, .arena = arena, .out = out };
	bool begun = false;

	while (!out->nomem) {
		const uint8_t *lt;
		size_t n;

		if (begun && x.depth == 0)
			return NULL;
		lt = x.s.n ? memchr(x.s.p, '<', x.s.n) : NULL;
		if (!lt)
			return "its XML ends within an element";
		n = (size_t)(lt - x.s.p);
		if (x.depth)
			x.at[x.depth - 1].text = unescape(&x, fb_slice_sub(x.s, 0, n));
		move(&x, n);
		if (x.s.n > 1 && (x.s.p[1] == '?' || x.s.p[1] == '!')) {
			const uint8_t *end = memchr(x.s.p, '>', x.s.n);

			if (!end)
				return "its XML ends within an element";
			move(&x, (size_t)(end - x.s.p) + 1);
			continue;
		}
		if (x.s.n > 1 && x.s.p[1] == '/' ? !close(&x) : !open(&x))
			return "its XML is not understood";
		begun = true;
	}
	return "out of memory";
}
