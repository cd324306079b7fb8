#include "engine/pages.h"

#include "base/arena.h"
#include "base/limits.h"
#include "base/text.h"
#include "engine/wire.h"
#include "event/page.h"
#include "event/value.h"

#include <stdlib.h>

#define SLOTS (2u * FB_UNIT_PAGES_MAX)
#define NONE UINT32_MAX
#define MEMORY (8u << 20)
#define FRAME_AT (64u << 10)
#define PLACES 64u
#define KNOWN 256u
#define KNOWN_BYTES 104u

enum { METHOD, STEM, REFERER, STATUS, ADDRESS, USER, SENT, TAKEN, SITE, NFIELDS };
static const uint32_t syms[NFIELDS] = {
	FB_SYM_CS_METHOD, FB_SYM_CS_URI_STEM, FB_SYM_REFERER, FB_SYM_SC_STATUS, FB_SYM_C_IP,
	FB_SYM_CS_USERNAME, FB_SYM_SC_BYTES, FB_SYM_TIME_TAKEN, FB_SYM_S_SITENAME,
};

struct place {
	struct fb_slice host, site; /* as they stand */
};

struct page {
	struct fb_page p;
	uint32_t hash, next; /* of the same slot; NONE */
	uint32_t place;
};

/* What a text was found to be the last time: most requests are for what was just asked for. */
struct known {
	uint8_t text[KNOWN_BYTES];
	uint32_t n;          /* 0: nothing */
	bool run;            /* it names a page that the server runs */
	uint32_t from, end;  /* the page's name in it; end: 0 where a referer names none that runs */
	uint64_t unit;       /* in which it was … */
	uint32_t place, page; /* … that page of that place */
};

struct fb_pages {
	struct fb_arena arena; /* texts of the unit */
	struct fb_buf text;
	struct fb_buf made[NFIELDS]; /* of fields that are no UTF-8 */
	struct page *pages;
	uint32_t npages, put;
	struct place places[PLACES];
	uint32_t nplaces, place; /* of the request before */
	uint64_t beyond;
	bool nomem;
	/* Where the fields stood in the request before. */
	uint32_t at[NFIELDS];
	uint8_t folded[FB_PAGE_STEM_MAX];
	uint32_t slots[SLOTS];
	uint64_t unit; /* which it is */
	struct known known[2][KNOWN], once[2]; /* of stems, of referers; once: too long to be kept */
};

struct fb_pages *fb_pages_new(void)
{
	struct fb_pages *p = calloc(1, sizeof *p);

	if (!p)
		return NULL;
	p->pages = calloc(FB_UNIT_PAGES_MAX, sizeof *p->pages);
	fb_arena_init(&p->arena, MEMORY);
	fb_buf_init(&p->text, 4 * (size_t)FB_PAGE_STEM_MAX);
	for (unsigned i = 0; i < NFIELDS; i++)
		fb_buf_init(&p->made[i], FB_VALUE_MAX * 2);
	if (!p->pages) {
		fb_pages_free(p);
		return NULL;
	}
	fb_pages_begin(p);
	return p;
}

void fb_pages_free(struct fb_pages *p)
{
	if (!p)
		return;
	free(p->pages);
	fb_arena_dispose(&p->arena);
	fb_buf_dispose(&p->text);
	for (unsigned i = 0; i < NFIELDS; i++)
		fb_buf_dispose(&p->made[i]);
	free(p);
}

void fb_pages_begin(struct fb_pages *p)
{
	memset(p->slots, 0xff, sizeof p->slots); /* NONE */
	fb_arena_reset(&p->arena);
	p->npages = p->nplaces = p->put = 0;
	p->unit++;
	p->place = NONE;
	p->beyond = 0;
	p->nomem = false;
}

uint64_t fb_pages_beyond(const struct fb_pages *p)
{
	return p->beyond;
}

/* ---- what stands in a request ---- */

static const struct fb_field *field(struct fb_pages *p, const struct fb_event *ev, unsigned which)
{
	uint32_t at = p->at[which];

	if (at < ev->nfields && ev->fields[at].sym == syms[which])
		return &ev->fields[at];
	for (uint32_t i = 0; i < ev->nfields; i++)
		if (ev->fields[i].sym == syms[which]) {
			p->at[which] = i;
			return &ev->fields[i];
		}
	return NULL;
}

/* Text as it lies; what is no text has none. */
static struct fb_slice text_of(const struct fb_field *f)
{
	return f && f->type == FB_V_UTF8 ? f->v : fb_slice(NULL, 0);
}

/* The same of a field, converted where it does not lie there in UTF-8 (code page 1252);
 * until the next of its kind. */
static struct fb_slice text_at(struct fb_pages *p, const struct fb_event *ev, unsigned which)
{
	const struct fb_field *f = field(p, ev, which);

	if (!f || f->type == FB_V_UTF8 || fb_value_is_null(f))
		return text_of(f);
	fb_buf_clear(&p->made[which]);
	if (fb_value_text(f, &p->made[which]) == FB_ENOMEM)
		p->nomem = true;
	return fb_buf_view(&p->made[which]);
}

static uint64_t number_of(const struct fb_field *f, bool *have)
{
	uint64_t v;
	bool neg;

	*have = f && !fb_value_is_null(f) && fb_value_int(f, &v, &neg) && !neg &&
		v < (uint64_t)1 << 62;
	return *have ? v : 0;
}

/* The path of "https://host/path?query"; or of one that is a path already. */
static struct fb_slice path_of(struct fb_slice url)
{
	size_t at = fb_slice_find(url, FB_LIT("://"));
	const uint8_t *p;

	if (at < url.n) {
		url = fb_slice_sub(url, at + 3, url.n);
		p = url.n ? memchr(url.p, '/', url.n) : NULL;
		url = p ? fb_slice_sub(url, (size_t)(p - url.p), url.n) : fb_slice(NULL, 0);
	}
	for (size_t i = 0; i < url.n; i++)
		if (url.p[i] == '?' || url.p[i] == '#')
			return fb_slice(url.p, i);
	return url;
}

/* For as long as the unit, in valid UTF-8. */
static struct fb_slice keep(struct fb_pages *p, struct fb_slice s, size_t max)
{
	char *copy;

	fb_buf_clear(&p->text);
	(void)fb_utf8_clean(&p->text, fb_slice_sub(s, 0, max));
	s = fb_buf_view(&p->text);
	if (s.n > max) {
		s.n = max;
		while (s.n && (s.p[s.n] & 0xC0) == 0x80)
			s.n--;
	}
	if (s.n == 0)
		return s;
	copy = fb_buf_code(&p->text) ? NULL : fb_arena_strn(&p->arena, s.p, s.n);
	p->nomem = p->nomem || !copy;
	return fb_slice(copy, copy ? s.n : 0);
}

/* ---- tables ---- */

static bool place_of(struct fb_pages *p, const struct fb_event *ev)
{
	struct fb_slice host = text_of(ev->computer), site = text_of(field(p, ev, SITE));

	if (p->place != NONE && fb_slice_eq(p->places[p->place].host, host) &&
	    fb_slice_eq(p->places[p->place].site, site))
		return true;
	for (uint32_t i = 0; i < p->nplaces; i++)
		if (fb_slice_eq(p->places[i].host, host) && fb_slice_eq(p->places[i].site, site)) {
			p->place = i;
			return true;
		}
	if (p->nplaces == PLACES)
		return false;
	p->place = p->nplaces++;
	p->places[p->place] = (struct place){ host, site };
	return true;
}

static uint32_t hash_of(const uint8_t *s, size_t n, uint32_t place)
{
	uint64_t h = n * 0x9E3779B97F4A7C15u ^ place, v;

	for (; n >= 8; n -= 8, s += 8) {
		v = fb_le64(s);
		h = (h ^ v) * 0x9FB21C651E98DF25u;
		h ^= h >> 32;
	}
	for (v = 0; n; n--)
		v = v << 8 | s[n - 1];
	h = (h ^ v) * 0x9FB21C651E98DF25u;
	return (uint32_t)(h ^ h >> 32);
}

static bool same_stem(const struct fb_pages *p, const struct page *g, size_t n)
{
	if (g->p.stem.n != n)
		return false;
	for (size_t i = 0; i < n; i++) {
		uint8_t c = g->p.stem.p[i];

		if ((c >= 'A' && c <= 'Z' ? c | 0x20 : c) != p->folded[i])
			return false;
	}
	return true;
}

/* The page of that name at the place of the request, made if new; NULL: beyond the
 * limit, or too long. */
static struct page *page_of(struct fb_pages *p, struct fb_slice stem)
{
	struct page *g;
	uint32_t hash;

	if (stem.n > FB_PAGE_STEM_MAX)
		return NULL;
	for (size_t i = 0; i < stem.n; i++)
		p->folded[i] = (uint8_t)(stem.p[i] >= 'A' && stem.p[i] <= 'Z' ? stem.p[i] | 0x20 : stem.p[i]);
	hash = hash_of(p->folded, stem.n, p->place);
	for (uint32_t i = p->slots[hash % SLOTS]; i != NONE; i = p->pages[i].next)
		if (p->pages[i].hash == hash && p->pages[i].place == p->place &&
		    same_stem(p, &p->pages[i], stem.n))
			return &p->pages[i];
	if (p->npages == FB_UNIT_PAGES_MAX)
		return NULL;
	g = &p->pages[p->npages];
	*g = (struct page){ .hash = hash, .place = p->place, .next = p->slots[hash % SLOTS],
			    .p = { .first = FB_TIME_NONE, .last = FB_TIME_NONE } };
	g->p.stem = fb_slice(fb_arena_strn(&p->arena, stem.p, stem.n), stem.n);
	if (!g->p.stem.p) {
		p->nomem = true;
		return NULL;
	}
	p->slots[hash % SLOTS] = p->npages++;
	return g;
}

static void learn(struct known *k, struct fb_slice text, bool url)
{
	struct fb_slice path = url ? path_of(text) : text;
	size_t end = url ? 0 : path.n;

	k->n = (uint32_t)text.n;
	k->run = fb_page_runs(path, &end);
	k->from = path.p ? (uint32_t)(path.p - text.p) : 0;
	k->end = k->from + (uint32_t)end;
	k->unit = 0;
	if (url && !k->run)
		k->end = 0;
}

/* The page that a stem, or a referer (url), names. */
static struct known *known(struct fb_pages *p, struct fb_slice text, bool url)
{
	struct known *k = &p->once[url];

	if (text.n && text.n <= KNOWN_BYTES) {
		k = &p->known[url][hash_of(text.p, text.n, 0) % KNOWN];
		if (k->n == text.n && memcmp(k->text, text.p, text.n) == 0)
			return k;
		memcpy(k->text, text.p, text.n);
	}
	learn(k, text, url);
	return k;
}

/* Its page at the place of the request; NULL: see page_of. */
static struct page *page_named(struct fb_pages *p, struct known *k, struct fb_slice text)
{
	struct page *g;

	if (k->unit == p->unit && k->place == p->place)
		return &p->pages[k->page];
	g = page_of(p, fb_slice(text.p + k->from, k->end - k->from));
	if (g) {
		k->unit = p->unit;
		k->place = p->place;
		k->page = (uint32_t)(g - p->pages);
	}
	return g;
}

static void add_client(struct fb_pages *p, struct fb_page *g, struct fb_slice address)
{
	if (g->crowd)
		return;
	for (unsigned i = 0; i < g->nclients; i++)
		if (fb_slice_eq(g->clients[i].address, address)) {
			g->clients[i].requests++;
			return;
		}
	if (g->nclients == FB_PAGE_CLIENTS) {
		g->crowd = true;
		g->nclients = g->ntimes = 0;
		return;
	}
	g->clients[g->nclients++] =
		(struct fb_page_client){ keep(p, address, FB_PAGE_CLIENT_MAX), 1 };
}

/* Logs stamp the end of a request, some in whole seconds: it lay within. */
static void add_time(struct fb_page *g, const struct fb_event *ev, uint64_t taken)
{
	fb_time whole = ev->time_digits ? 0 : FB_SECOND - 1;

	if (ev->time == FB_TIME_NONE)
		return;
	if (g->first == FB_TIME_NONE || ev->time < g->first)
		g->first = ev->time;
	if (g->last == FB_TIME_NONE || ev->time > g->last)
		g->last = ev->time;
	if (g->crowd || g->ntimes == FB_PAGE_TIMES)
		return;
	taken = taken > 86400000u ? 86400000u : taken;
	g->times[g->ntimes++] = (struct fb_page_time){
		ev->time - (fb_time)taken * (FB_SECOND / 1000), ev->time + whole };
}

static void add_request(struct fb_pages *p, struct fb_page *g, const struct fb_event *ev, bool post,
			struct fb_slice referer)
{
	bool have;
	uint64_t status = number_of(field(p, ev, STATUS), &have), sent, taken;
	const struct fb_field *user = field(p, ev, USER);

	g->requests++;
	g->posts += post;
	g->bare += referer.n == 0;
	g->good += status >= 200 && status < 300;
	g->refused += status >= 400 && status < 500;
	g->failed += status >= 500 && status < 600;
	g->named += user && user->v.n > 0 && !fb_value_is_null(user);
	sent = number_of(field(p, ev, SENT), &have);
	g->counted += have;
	g->sent += sent;
	taken = number_of(field(p, ev, TAKEN), &have);
	add_client(p, g, text_at(p, ev, ADDRESS));
	add_time(g, ev, taken);
}

void fb_pages_event(struct fb_pages *p, const struct fb_event *ev)
{
	struct fb_slice stem = text_at(p, ev, STEM), referer;
	bool post = fb_slice_ieq(text_of(field(p, ev, METHOD)), FB_LIT("POST"));
	struct known *to, *from;
	struct page *g;

	if (!stem.n)
		return;
	to = known(p, stem, false);
	referer = text_at(p, ev, REFERER);
	from = known(p, referer, true);
	if (!to->run && !post && !from->run)
		return;
	if (!place_of(p, ev)) {
		p->beyond++;
		return;
	}
	if (to->run || post) {
		g = page_named(p, to, stem);
		if (g)
			add_request(p, &g->p, ev, post, referer);
		else
			p->beyond++;
	}
	if (from->run && !fb_slice_ieq(fb_slice(referer.p + from->from, from->end - from->from),
				       fb_slice(stem.p + to->from, to->end - to->from)) &&
	    (g = page_named(p, from, referer)) != NULL)
		g->p.referred++;
}

bool fb_pages_put(struct fb_pages *p, struct fb_buf *out)
{
	size_t frame;

	if (p->put == p->npages)
		return false;
	frame = fb_frame_begin(out, FB_M_PAGES);
	while (p->put < p->npages && out->n - frame < FRAME_AT) {
		struct page *g = &p->pages[p->put++];
		const struct place *at = &p->places[g->place];

		g->p.stem = keep(p, g->p.stem, FB_PAGE_STEM_MAX);
		g->p.host = keep(p, at->host, FB_PAGE_PLACE_MAX);
		g->p.site = keep(p, at->site, FB_PAGE_PLACE_MAX);
		if (g->p.stem.n)
			fb_page_put(out, &g->p);
	}
	if (p->nomem)
		out->code = FB_ENOMEM;
	fb_frame_end(out, frame);
	return true;
}
