/* What stands in a text is cut into tokens at its dots and colons, and the tokens are
 * looked up. */
#include "detect/ioc/look.h"

#include "base/cursor.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif
#include <string.h>

#define DOMAIN_MAX 253
#define V6_TEXT_MAX 46

enum { C_HOST = 1, C_HEX = 2, C_LOCAL = 4, C_END = 8, C_V6 = 16, C_DIGIT = 32 };
static uint8_t class_of[256];

void ic_look_prepare(void)
{
	for (unsigned c = 0; c < 256; c++) {
		bool digit = c >= '0' && c <= '9', hex = digit || (c >= 'a' && c <= 'f');
		bool letter = c >= 'a' && c <= 'z';
		uint8_t k = 0;

		if (letter || digit || c == '-' || c == '_' || c == '.' || c >= 0x80)
			k |= C_HOST;
		if (hex)
			k |= C_HEX;
		if (digit)
			k |= C_DIGIT;
		if (hex || c == ':' || c == '.')
			k |= C_V6;
		if (letter || digit || (c && strchr(".!#$%&'*+/=?^_`{|}~-", (int)c)))
			k |= C_LOCAL;
		if (c <= ' ' || strchr("\"'<>`|\\^{}", (int)c))
			k |= C_END;
		class_of[c] = k;
	}
}

/* ---- what was found ---- */

static void add_one(void *user, const struct ic_item *item)
{
	struct ic_state *st = user;

	st->any = true;
	for (uint32_t i = 0; i < st->nfound; i++)
		if (st->found[i].item == item)
			return;
	if (st->nfound == FB_INDICATOR_HITS_MAX) {
		st->lost++;
		return;
	}
	/* Made from the value, so that a list that grows changes no id. */
	st->found[st->nfound++] = (struct ic_found){ item, st->field,
		(uint32_t)ic_hash((enum ic_type)item->type, item->type == IC_ADDRESS ? ic_key(item)
				  : fb_slice(item->text, item->length)) };
}

bool ic_look(struct ic_state *st, enum ic_type type, struct fb_slice text)
{
	const struct ic_item *it = st->s->count[type] ? ic_find(st->s, type, text) : NULL;
	bool any = it != NULL;

	for (; it; it = ic_next(st->s, it))
		add_one(st, it);
	return any;
}

/* False: it is none. */
static bool look_address(struct ic_state *st, struct fb_slice text)
{
	uint8_t address[16];
	const struct ic_item *it;

	if (!ic_address(text, address))
		return false;
	it = st->s->count[IC_ADDRESS] ? ic_find(st->s, IC_ADDRESS, fb_slice(address, 16)) : NULL;
	for (; it; it = ic_next(st->s, it))
		add_one(st, it);
	if (st->s->count[IC_NETWORK])
		ic_networks(st->s, address, add_one, st);
	return true;
}

/* The domain itself and every domain that it is below; none is longer than 253 bytes. */
static void look_domain(struct ic_state *st, struct fb_slice host)
{
	unsigned dots = 0;

	if (!st->s->count[IC_DOMAIN] || !ic_maybe(st->s, IC_DOMAIN_END, ic_domain_end(host)))
		return;
	if (host.n > DOMAIN_MAX + 1)
		host = fb_slice_sub(host, host.n - (DOMAIN_MAX + 1), host.n);
	for (size_t i = host.n; i > 0; i--) {
		if (host.p[i - 1] != '.')
			continue;
		if (dots++)
			(void)ic_look(st, IC_DOMAIN, fb_slice_sub(host, i, host.n));
	}
	if (dots && host.n <= DOMAIN_MAX)
		(void)ic_look(st, IC_DOMAIN, host);
}

void ic_look_file(struct ic_state *st, struct fb_slice path)
{
	uint8_t slashed[1024];
	struct fb_slice s;
	unsigned steps = 0;

	if (!st->s->count[IC_FILE])
		return;
	if (path.n > sizeof slashed)
		path = fb_slice_sub(path, path.n - sizeof slashed, path.n);
	for (size_t i = 0; i < path.n; i++)
		slashed[i] = path.p[i] == '\\' ? '/' : path.p[i];
	s = fb_slice(slashed, path.n);
	if (!ic_maybe(st->s, IC_FILE_END, ic_file_end(s)))
		return;
	for (size_t i = s.n; i > 0 && steps < 32; i--) {
		if (slashed[i - 1] != '/')
			continue;
		steps++;
		if (i < s.n)
			(void)ic_look(st, IC_FILE, fb_slice_sub(s, i, s.n));
	}
	(void)ic_look(st, IC_FILE, s);
}

/* ---- tokens ---- */

static struct fb_slice trim_token(struct fb_slice t)
{
	while (t.n && (t.p[0] == '.' || t.p[0] == '-'))
		t = fb_slice_sub(t, 1, t.n);
	while (t.n && (t.p[t.n - 1] == '.' || t.p[t.n - 1] == '-'))
		t.n--;
	return t;
}

static void look_email(struct ic_state *st, struct fb_slice text, size_t at, struct fb_slice host)
{
	size_t from = at;

	while (from > 0 && at - from < 64 && class_of[text.p[from - 1]] & C_LOCAL)
		from--;
	if (from < at)
		(void)ic_look(st, IC_EMAIL, fb_slice_sub(text, from, at - from + 1 + host.n));
}

/* A maximal run of letters, digits, dots, "-" and "_" that has a dot. */
static void token(struct ic_state *st, struct fb_slice text, size_t from, size_t to)
{
	struct fb_slice t = trim_token(fb_slice_sub(text, from, to - from));
	unsigned dots = 0;
	bool digits = true;

	if (to - from < 3 || t.n == 0)
		return;
	for (size_t i = 0; i < t.n; i++) {
		dots += t.p[i] == '.';
		digits = digits && (t.p[i] == '.' || class_of[t.p[i]] & C_DIGIT);
	}
	if (digits) {
		if (dots == 3 && st->addresses)
			(void)look_address(st, t);
		return;
	}
	look_domain(st, t);
	if (st->s->count[IC_FILE])
		(void)ic_look(st, IC_FILE, t);
	if (from > 0 && text.p[from - 1] == '@' && st->s->count[IC_EMAIL])
		look_email(st, text, from - 1, t);
}

static void look_url(struct ic_state *st, struct fb_slice text, size_t at)
{
	size_t from = at, to = at;
	uint8_t url[FB_INDICATOR_MAX];
	struct fb_slice s;

	while (from > 0 && at - from < 12 && class_of[text.p[from - 1]] & C_HOST)
		from--;
	while (to < text.n && to - from < sizeof url && !(class_of[text.p[to]] & C_END))
		to++;
	s = fb_slice(url, ic_url(fb_slice_sub(text, from, to - from), url));
	/* Prose ends a sentence or closes a bracket right behind it. */
	if (!ic_look(st, IC_URL, s) && s.n && strchr(".,;:)]", url[s.n - 1]))
		(void)ic_look(st, IC_URL, fb_slice(url, s.n - 1));
}

/* At the first colon of what may be an IPv6 address. Returns where it ends, or 0: none
 * was there. */
static size_t look_v6(struct ic_state *st, struct fb_slice text, size_t at)
{
	size_t from = at, to = at;

	while (from > 0 && at - from < 5 && class_of[text.p[from - 1]] & C_HEX)
		from--;
	/* Not the first group: "addr:fe80::1" begins at the next colon. */
	if (from > 0 && (at - from == 5 || class_of[text.p[from - 1]] & C_HOST))
		return 0;
	while (to < text.n && to - from < V6_TEXT_MAX && class_of[text.p[to]] & C_V6)
		to++;
	/* The end of a sentence. */
	if (to - from > 2 && (text.p[to - 1] == '.' || (text.p[to - 1] == ':' && text.p[to - 2] != ':')))
		to--;
	/* The shortest that is no time of day: "a::" or five groups. */
	if (to - from < 3 || (to - from < 15 && !memmem(text.p + from, to - from, "::", 2)))
		return 0;
	return look_address(st, fb_slice_sub(text, from, to - from)) ? to : 0;
}

/* The 32, 40 or 64 digits that a block of 16 digits may be part of. Returns their end. */
static size_t look_hash(struct ic_state *st, struct fb_slice text, size_t at)
{
	size_t from = at, to = at;
	bool hex = true;

	for (; from > 0 && class_of[text.p[from - 1]] & C_HOST; from--)
		hex = hex && class_of[text.p[from - 1]] & C_HEX;
	for (; to < text.n && class_of[text.p[to]] & C_HOST; to++)
		hex = hex && class_of[text.p[to]] & C_HEX;
	if (hex && (to - from == 32 || to - from == 40 || to - from == 64))
		(void)ic_look(st, IC_HASH, fb_slice_sub(text, from, to - from));
	return to;
}

/* Where it is worth to look closer, of 16 characters: at dots and colons. */
struct block {
	unsigned dots, colons;
	bool hex; /* all are hexadecimal digits */
};

#ifdef __SSE2__
static __m128i within(__m128i v, char first, char last)
{
	__m128i off = _mm_sub_epi8(v, _mm_set1_epi8(first));

	return _mm_cmpeq_epi8(_mm_min_epu8(off, _mm_set1_epi8((char)(last - first))), off);
}

static struct block block_of(const uint8_t *p)
{
	__m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);
	__m128i hex = _mm_or_si128(within(v, '0', '9'), within(v, 'a', 'f'));

	return (struct block){
		.dots = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(v, _mm_set1_epi8('.'))),
		.colons = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(v, _mm_set1_epi8(':'))),
		.hex = _mm_movemask_epi8(hex) == 0xFFFF,
	};
}
#else
static struct block block_of(const uint8_t *p)
{
	struct block b = { .hex = true };

	for (unsigned i = 0; i < 16; i++) {
		b.dots |= (unsigned)(p[i] == '.') << i;
		b.colons |= (unsigned)(p[i] == ':') << i;
		b.hex = b.hex && class_of[p[i]] & C_HEX;
	}
	return b;
}
#endif

struct ends {
	size_t token, v6, hash; /* what was looked at ends here */
};

static void closer(struct ic_state *st, struct fb_slice text, size_t at, struct block b, struct ends *ends)
{
	if (b.hex && at >= ends->hash && st->s->count[IC_HASH])
		ends->hash = look_hash(st, text, at);
	for (unsigned m = b.colons; m; m &= m - 1) {
		size_t i = at + (unsigned)__builtin_ctz(m), to;

		if (i + 2 < text.n && text.p[i + 1] == '/' && text.p[i + 2] == '/') {
			if (st->s->count[IC_URL])
				look_url(st, text, i);
		} else if (st->addresses && i >= ends->v6 && (to = look_v6(st, text, i)) != 0) {
			ends->v6 = to;
		}
	}
	for (unsigned m = b.dots; m; m &= m - 1) {
		size_t i = at + (unsigned)__builtin_ctz(m), from = i;

		if (i < ends->token || i < ends->v6)
			continue;
		while (from > ends->token && class_of[text.p[from - 1]] & C_HOST)
			from--;
		while (i < text.n && class_of[text.p[i]] & C_HOST)
			i++;
		token(st, text, from, i);
		ends->token = i;
	}
}

/* A hash has 32 digits and more; even 31 cover sixteen that begin at a multiple of sixteen. */
void ic_look_text(struct ic_state *st, struct fb_slice text)
{
	struct ends ends = { 0, 0, 0 };
	size_t i = 0;

	for (; text.n - i >= 16; i += 16)
		closer(st, text, i, block_of(text.p + i), &ends);
	if (i < text.n) {
		uint8_t rest[16] = { 0 };

		memcpy(rest, text.p + i, text.n - i);
		closer(st, text, i, block_of(rest), &ends);
	}
}

