#include "decode/weblog/made.h"

#include "base/text.h"

#define FILETIME_1970 116444736000000000ull

static const char name_stem[] = "cs-uri-stem-decoded", name_query[] = "cs-uri-query-decoded",
		  name_uri[] = "c-uri-decoded", name_referer[] = "cs-referer-decoded",
		  name_start[] = "request-start", name_peer[] = "peer-ip", name_ext[] = "cs-uri-extension",
		  name_agent[] = "cs-user-agent-decoded",
		  name_split_stem[] = "cs-uri-stem", name_split_query[] = "cs-uri-query";

static const char name_made_uri[] = "c-uri";
const struct fb_slice web_made_uri = { (const uint8_t *)name_made_uri, sizeof name_made_uri - 1 };

void web_made_init(struct web_made *m, const struct fb_sink *sink)
{
	*m = (struct web_made){ .hints = fb_hints(), .arena = sink->arena };
	m->start = fb_syms_find(sink->syms, FB_LIT(name_start));
	m->peer = fb_syms_find(sink->syms, FB_LIT(name_peer));
	m->stem = fb_syms_find(sink->syms, FB_LIT(name_stem));
	m->query = fb_syms_find(sink->syms, FB_LIT(name_query));
	m->uri = fb_syms_find(sink->syms, FB_LIT(name_uri));
	m->agent = fb_syms_find(sink->syms, FB_LIT(name_agent));
	m->ext = fb_syms_find(sink->syms, FB_LIT(name_ext));
	m->referer = fb_syms_find(sink->syms, FB_LIT(name_referer));
}

uint8_t *web_made_room(struct web_made *m, size_t n)
{
	uint8_t *p;

	if (!m->scratch)
		m->scratch = fb_arena_get(m->arena, WEB_SCRATCH);
	if (!m->scratch || n > WEB_SCRATCH - m->used)
		return NULL;
	p = m->scratch + m->used;
	m->used += n;
	return p;
}

/* ---- decoding once ---- */

static int hex(uint8_t c)
{
	uint8_t low = c | 0x20;

	return c >= '0' && c <= '9' ? c - '0' : low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
}

static bool hexes(const uint8_t *p, size_t n, uint32_t *out)
{
	*out = 0;
	for (size_t i = 0; i < n; i++) {
		int v = hex(p[i]);

		if (v < 0)
			return false;
		*out = *out << 4 | (uint32_t)v;
	}
	return true;
}

/* %XX, and IIS's %uXXXX; what is no escape stays. Never longer than s. */
static size_t decode_once(struct fb_slice s, uint8_t *out)
{
	uint8_t *to = out;
	uint32_t v;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '%' && s.n - i > 2 && hexes(s.p + i + 1, 2, &v)) {
			*to++ = (uint8_t)v;
			i += 2;
		} else if (s.p[i] == '%' && s.n - i > 5 && (s.p[i + 1] | 0x20) == 'u' &&
			   hexes(s.p + i + 2, 4, &v)) {
			to += fb_utf8_put(v, to);
			i += 5;
		} else {
			*to++ = s.p[i];
		}
	}
	return (size_t)(to - out);
}

static bool has_escape(struct fb_slice s)
{
	return s.n && memchr(s.p, '%', s.n);
}

/* first, and behind a "?" rest if there is one; first stays as it is where the server has
 * decoded it already. */
static uint32_t add_decoded(struct web_made *m, struct fb_field *f, uint32_t n, uint32_t sym,
			    struct fb_slice name, struct fb_slice first, bool done,
			    struct fb_slice rest)
{
	size_t room = first.n + (rest.n ? rest.n + 1 : 0), len;
	uint8_t *to;

	if (!sym || !((!done && has_escape(first)) || has_escape(rest)))
		return n;
	to = web_made_room(m, room);
	if (!to)
		return n;
	len = first.n;
	if (!done)
		len = decode_once(first, to);
	else if (first.n)
		memcpy(to, first.p, first.n);
	if (rest.n) {
		to[len++] = '?';
		m->tail = decode_once(rest, to + len);
		len += m->tail;
	}
	m->used -= room - len;
	f[n] = (struct fb_field){ .sym = sym, .type = FB_V_UTF8, .name = name, .v = fb_slice(to, len) };
	return n + 1;
}

/* The query alone: the end of the address, where that was decoded just now and ends with
 * it (decoded again it would give the same). */
static uint32_t add_query(struct web_made *m, struct fb_field *f, uint32_t n, struct fb_slice query,
			  const struct fb_field *uri)
{
	static const struct fb_slice none = { NULL, 0 };
	const struct fb_field *before = n ? &f[n - 1] : NULL;
	bool whole = before && before->name.p == (const uint8_t *)name_uri && uri &&
		     uri->type == FB_V_URI && uri->v2.p == query.p && uri->v2.n == query.n;

	if (!whole || !m->query || !has_escape(query))
		return add_decoded(m, f, n, m->query, FB_LIT(name_query), query, false, none);
	f[n] = *before;
	f[n].sym = m->query;
	f[n].name = FB_LIT(name_query);
	/* the stem may hold a '?' that was %3F: the query's length is what its own text gives */
	f[n].v = fb_slice_sub(before->v, before->v.n - m->tail, m->tail);
	return n + 1;
}

static struct fb_slice text_of(const struct fb_field *f, uint32_t at)
{
	return at == WEB_NONE || (f[at].type != FB_V_UTF8 && f[at].type != FB_V_ANSI) ? fb_slice(NULL, 0)
										     : f[at].v;
}

static uint32_t make_decoded(struct web_made *m, const struct web_places *at, struct fb_field *f,
			     uint32_t n)
{
	static const struct fb_slice none = { NULL, 0 };
	const struct fb_field *uri = at->uri != WEB_NONE ? &f[at->uri] : NULL;
	bool done = at->stem_decoded;

	n = add_decoded(m, f, n, m->stem, FB_LIT(name_stem), text_of(f, at->stem), done, none);
	if (uri && uri->type == FB_V_URI)
		n = add_decoded(m, f, n, m->uri, FB_LIT(name_uri), uri->v, done, uri->v2);
	else
		n = add_decoded(m, f, n, m->uri, FB_LIT(name_uri), text_of(f, at->uri), false, none);
	n = add_query(m, f, n, text_of(f, at->query), uri);
	return add_decoded(m, f, n, m->referer, FB_LIT(name_referer), text_of(f, at->referer), false,
			   none);
}

/* IIS writes '+' for a blank, and for itself: what the client sent was mostly blanks. */
static uint32_t make_agent(struct web_made *m, const struct web_places *at, struct fb_field *f,
			   uint32_t n)
{
	struct fb_slice s = text_of(f, at->agent);

	if (!s.n || !memchr(s.p, '+', s.n))
		return n;
	f[n] = (struct fb_field){ .sym = m->agent, .type = FB_V_PLUS, .name = FB_LIT(name_agent), .v = s };
	return n + 1;
}

/* "aspx" of "/a/b.aspx": what follows the last dot of the path's last part. */
static uint32_t make_extension(struct web_made *m, const struct web_places *at, struct fb_field *f,
			       uint32_t n)
{
	struct fb_slice s = text_of(f, at->stem != WEB_NONE ? at->stem : at->uri);
	const uint8_t *mark = s.n ? memchr(s.p, '?', s.n) : NULL;
	size_t from;

	if (mark)
		s.n = (size_t)(mark - s.p);
	from = s.n;
	while (from && s.p[from - 1] != '.' && s.p[from - 1] != '/' && s.n - from < 32)
		from--;
	if (!from || s.p[from - 1] != '.' || from == s.n)
		return n;
	f[n] = (struct fb_field){ .sym = m->ext, .type = FB_V_UTF8, .name = FB_LIT(name_ext),
				  .v = fb_slice_sub(s, from, s.n) };
	return n + 1;
}

/* ---- the client behind proxies ---- */

static bool padding(uint8_t c)
{
	return c == ' ' || c == '+' || c == '\t' || c == '"';
}

/* "1.2.3.4", "1.2.3.4:5678", "[2001:db8::1]:5678", with blanks around (IIS: '+'). */
static struct fb_slice hop_of(struct fb_slice s)
{
	const uint8_t *colon, *close;

	while (s.n && padding(s.p[0]))
		s = fb_slice_sub(s, 1, s.n);
	while (s.n && padding(s.p[s.n - 1]))
		s.n--;
	if (s.n && s.p[0] == '[') {
		close = memchr(s.p, ']', s.n);
		return close ? fb_slice_sub(s, 1, (size_t)(close - s.p) - 1) : s;
	}
	colon = s.n ? memchr(s.p, ':', s.n) : NULL;
	if (colon && !memchr(colon + 1, ':', s.n - (size_t)(colon - s.p) - 1))
		s.n = (size_t)(colon - s.p);
	return s;
}

/* Each proxy adds at the end whom it was asked by: from there, the first that is no
 * proxy of ours. What stands before it, the client may have written. */
static struct fb_slice last_untrusted(const struct fb_hints *h, struct fb_slice list)
{
	struct fb_slice found = { NULL, 0 };
	uint8_t unused[16];

	for (unsigned hops = 0; list.n && hops < 64; hops++) {
		const uint8_t *comma = list.p ? memrchr(list.p, ',', list.n) : NULL;
		size_t from = comma ? (size_t)(comma - list.p) + 1 : 0;
		struct fb_slice hop = hop_of(fb_slice_sub(list, from, list.n));

		if (!fb_net_address(hop, unused))
			break;
		found = hop;
		if (!fb_hints_trusts(h, hop))
			break;
		list.n = comma ? from - 1 : 0;
	}
	return found;
}

static uint32_t make_client(struct web_made *m, const struct web_places *at, struct fb_field *f,
			    uint32_t n)
{
	struct fb_slice client;

	if (at->client == WEB_NONE || at->forwarded == WEB_NONE ||
	    f[at->forwarded].type == FB_V_NULL || !fb_hints_trusts(m->hints, f[at->client].v))
		return n;
	client = last_untrusted(m->hints, f[at->forwarded].v);
	if (!client.n)
		return n;
	if (fb_slice_eqs(f[at->client].name, "c-ip")) {
		f[n] = (struct fb_field){ .sym = m->peer, .type = FB_V_UTF8,
					  .name = FB_LIT(name_peer), .v = f[at->client].v };
		f[at->client].v = client;
	} else { /* the log calls the peer something else, and goes on to */
		f[n] = (struct fb_field){ .sym = FB_SYM_C_IP, .type = FB_V_UTF8,
					  .name = FB_LIT("c-ip"), .v = client };
		f[at->client].sym = 0;
	}
	return n + 1;
}

/* ---- the start ---- */

fb_time web_start(fb_time time, const struct fb_field *taken, int64_t unit)
{
	uint64_t v;
	int64_t ns;

	if (time == FB_TIME_NONE || taken->type != FB_V_UTF8 || !fb_slice_u64(taken->v, &v) ||
	    v > INT64_MAX || __builtin_mul_overflow((int64_t)v, unit, &ns) ||
	    __builtin_sub_overflow(time, ns, &time))
		return FB_TIME_NONE;
	return time;
}

uint32_t web_make(struct web_made *m, const struct web_places *at, struct fb_field *f, uint32_t n,
		  fb_time start)
{
	if (at->escapes && (m->uri | m->query | m->stem | m->referer))
		n = make_decoded(m, at, f, n);
	if (m->agent)
		n = make_agent(m, at, f, n);
	if (m->ext)
		n = make_extension(m, at, f, n);
	if (m->hints->ntrusted)
		n = make_client(m, at, f, n);
	if (start != FB_TIME_NONE && (m->start || at->begins)) {
		uint64_t v = (uint64_t)(start / 100) + FILETIME_1970;

		for (int i = 0; i < 8; i++)
			m->filetime[i] = (uint8_t)(v >> (8 * i));
		f[n++] = (struct fb_field){ .sym = m->start, .type = FB_V_FILETIME,
					    .name = FB_LIT(name_start), .v = fb_slice(m->filetime, 8) };
	}
	return n;
}

uint32_t web_put_split(struct fb_field *f, uint32_t n, const struct fb_field *uri)
{
	struct fb_slice s = uri->v, stem = s, query = { NULL, 0 };
	const uint8_t *mark = s.n ? memchr(s.p, '?', s.n) : NULL;

	if (mark) {
		stem.n = (size_t)(mark - s.p);
		query = fb_slice_sub(s, stem.n + 1, s.n);
	}
	f[n] = (struct fb_field){ .sym = FB_SYM_CS_URI_STEM, .type = uri->type,
				  .name = FB_LIT(name_split_stem), .v = stem };
	f[n + 1] = (struct fb_field){ .sym = FB_SYM_CS_URI_QUERY,
				      .type = query.n ? uri->type : FB_V_NULL,
				      .name = FB_LIT(name_split_query), .v = query };
	return n + 2;
}

bool web_is_made(const struct fb_field *f)
{
	const char *name = (const char *)f->name.p;

	return name == name_agent || name == name_stem || name == name_query || name == name_uri || name == name_referer ||
	       name == name_ext || name == name_made_uri || name == name_split_stem ||
	       name == name_split_query;
}
