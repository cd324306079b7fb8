/* Access logs of Apache, nginx and those that write as they do, common and combined:
 * docs/formats/access-log.md. */
#include "decode/formats.h"
#include "decode/weblog/weblog.h"

#include <stdio.h>

#define FIXED 14 /* fields besides the extra ones */

struct parsed {
	struct fb_slice vhost, vport, client, ident, user;
	struct fb_slice request, status, bytes;
	struct fb_slice referer, agent;
	struct fb_slice extra[FB_ACCESS_EXTRA_MAX];
	uint32_t nextra;
	bool more;     /* extras that are not here */
	bool open;     /* the last value's quote is not closed */
	fb_time time;
	unsigned digits;
};

/* ---- the time in brackets ---- */

static bool number(struct fb_slice s, size_t at, size_t n, unsigned *out)
{
	unsigned v = 0;

	for (size_t i = at; i < at + n; i++) {
		if (i >= s.n || s.p[i] < '0' || s.p[i] > '9')
			return false;
		v = v * 10 + (unsigned)(s.p[i] - '0');
	}
	*out = v;
	return true;
}

static bool month(struct fb_slice s, unsigned *out)
{
	static const char names[12][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
					   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };

	for (unsigned i = 0; i < 12; i++) {
		if (s.n == 3 && memcmp(s.p, names[i], 3) == 0) {
			*out = i + 1;
			return true;
		}
	}
	return false;
}

/* "17/May/2015:10:05:14 +0200", with a fraction perhaps; to UTC. */
static bool clf_time(struct fb_slice s, fb_time *out, unsigned *digits)
{
	unsigned day, mon, year, h, m, sec, zh, zm, frac = 0, n = 0;
	uint32_t ns = 0;
	fb_time t, shift;
	size_t at = 20;

	if (s.n < 26 || s.p[2] != '/' || s.p[6] != '/' || s.p[11] != ':' || s.p[14] != ':' ||
	    s.p[17] != ':' || !number(s, 0, 2, &day) || !month(fb_slice_sub(s, 3, 3), &mon) ||
	    !number(s, 7, 4, &year) || !number(s, 12, 2, &h) || !number(s, 15, 2, &m) ||
	    !number(s, 18, 2, &sec))
		return false;
	if (s.p[at] == '.' || s.p[at] == ',') {
		while (n < 9 && number(s, at + 1 + n, 1, &frac)) {
			ns = ns * 10 + frac;
			n++;
		}
		if (n == 0)
			return false;
		at += 1 + n;
		for (unsigned i = n; i < 9; i++)
			ns *= 10;
	}
	if (s.n - at != 6 || s.p[at] != ' ' || (s.p[at + 1] != '+' && s.p[at + 1] != '-') ||
	    !number(s, at + 2, 2, &zh) || !number(s, at + 4, 2, &zm) || zh > 23 || zm > 59)
		return false;
	t = fb_time_from_parts(year, mon, day, h, m, sec, ns);
	shift = (fb_time)(zh * 60 + zm) * 60 * FB_SECOND;
	if (t == FB_TIME_NONE)
		return false;
	if (s.p[at + 1] == '-' ? __builtin_add_overflow(t, shift, &t)
			       : __builtin_sub_overflow(t, shift, &t))
		return false;
	*out = t;
	*digits = n;
	return true;
}

/* The first "[time] " of the line, after at least one column; its position, and that of
 * what follows its blank. A name that was logged may hold brackets, but not a time and a
 * quote that the server did not write. */
static bool find_time(struct fb_slice s, struct parsed *p, size_t *open, size_t *after)
{
	size_t from = 0;

	while (from < s.n) {
		const uint8_t *hit = memchr(s.p + from, '[', s.n - from);
		const uint8_t *close;
		struct fb_slice t;

		if (!hit)
			return false;
		from = (size_t)(hit - s.p) + 1;
		if (from < 2 || s.p[from - 2] != ' ')
			continue;
		t = fb_slice_sub(s, from, 40);
		close = t.n ? memchr(t.p, ']', t.n) : NULL;
		if (!close)
			continue;
		t.n = (size_t)(close - t.p);
		if (s.n - from - t.n < 3 || close[1] != ' ' || close[2] != '"')
			continue;
		if (!clf_time(t, &p->time, &p->digits) &&
		    !(t.n >= 20 && t.p[10] == 'T' && fb_time_parse(t, &p->time, &p->digits)))
			continue;
		*open = from - 1;
		*after = from + t.n + 2;
		return true;
	}
	return false;
}

/* ---- the columns before it ---- */

static bool host_chars(struct fb_slice s)
{
	for (size_t i = 0; i < s.n; i++) {
		uint8_t c = s.p[i];

		if (!((c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') ||
		      c == '.' || c == '-' || c == ':' || c == '_' || c == '%' || c == '*' ||
		      c >= 0x80))
			return false;
	}
	return s.n > 0;
}

/* Position of the ":port" of a name; s.n where it has none. */
static size_t port_at(struct fb_slice s)
{
	const uint8_t *colon = s.n ? memrchr(s.p, ':', s.n) : NULL;
	size_t at = colon ? (size_t)(colon - s.p) : s.n;

	if (!colon || at + 1 == s.n || s.n - at > 6)
		return s.n;
	for (size_t i = at + 1; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return s.n;
	return at;
}

static bool take_word(struct fb_slice *s, struct fb_slice *word)
{
	const uint8_t *end = s->n ? memchr(s->p, ' ', s->n) : NULL;

	if (!end)
		return false;
	*word = fb_slice(s->p, (size_t)(end - s->p));
	*s = fb_slice_sub(*s, word->n + 1, s->n);
	return true;
}

/* "client ident user", "client ident", or "host:port client ident user". A user's name may have blanks. */
static bool parse_front(struct fb_slice s, struct parsed *p)
{
	struct fb_slice second, rest;

	if (!take_word(&s, &p->client) || !host_chars(p->client))
		return false;
	rest = s;
	if (take_word(&rest, &second) && memchr(rest.p, ' ', rest.n) && host_chars(second) &&
	    !web_is_address(p->client) &&
	    (web_is_address(second) ||
	     (port_at(p->client) < p->client.n && !fb_slice_eqs(second, "-")))) {
		size_t at = port_at(p->client);

		p->vhost = fb_slice_sub(p->client, 0, at);
		p->vport = fb_slice_sub(p->client, at + 1, p->client.n);
		p->client = second;
		s = rest;
	}
	if (!take_word(&s, &p->ident)) {
		p->ident = s; /* some formats leave the user out */
		s = fb_slice(NULL, 0);
	}
	if (p->ident.n == 0)
		return false;
	p->user = s;
	/* What else has blanks in front of a time is another log's envelope (syslog's). */
	return fb_slice_eqs(p->ident, "-") || !s.n || !memchr(s.p, ' ', s.n);
}

/* ---- the columns after it ---- */

/* The length of a quoted value at s (after its opening quote): up to a quote that is not
 * escaped and that `good` likes what follows; s.n without one. Servers that do not escape
 * quotes leave them in the middle. */
static size_t quoted(struct fb_slice s, bool escapes, bool (*good)(struct fb_slice after))
{
	size_t at = 0;

	while (at < s.n) {
		const uint8_t *q = memchr(s.p + at, '"', s.n - at);
		size_t back = 0;

		if (!q)
			return s.n;
		at = (size_t)(q - s.p);
		while (escapes && back < at && s.p[at - 1 - back] == '\\')
			back++;
		if (back % 2 == 0 && good(fb_slice_sub(s, at + 1, s.n)))
			return at;
		at++;
	}
	return s.n;
}

static bool is_status(struct fb_slice s)
{
	unsigned v;

	return (s.n == 1 && s.p[0] == '-') || (s.n == 3 && number(s, 0, 3, &v));
}

/* " 200 512": a request is followed by nothing else. */
static bool status_follows(struct fb_slice s)
{
	struct fb_slice word;
	unsigned digit;

	if (s.n < 4 || s.p[0] != ' ')
		return false;
	s = fb_slice_sub(s, 1, s.n);
	return take_word(&s, &word) && is_status(word) && s.n &&
	       (s.p[0] == '-' || number(s, 0, 1, &digit));
}

static bool blank_follows(struct fb_slice s)
{
	return s.n == 0 || s.p[0] == ' ';
}

static void put_extra(struct parsed *p, struct fb_slice v)
{
	if (p->nextra < FB_ACCESS_EXTRA_MAX)
		p->extra[p->nextra++] = v;
	else
		p->more = true;
}

/* What follows the bytes: referer and agent, if both are quoted, and whatever was
 * configured. */
static void parse_rest(struct fb_slice s, struct parsed *p)
{
	unsigned n = 0;

	while (s.n) {
		struct fb_slice v;

		if (s.p[0] == ' ') {
			s = fb_slice_sub(s, 1, s.n);
			continue;
		}
		if (s.p[0] != '"') {
			if (!take_word(&s, &v)) {
				v = s;
				s.n = 0;
			}
			put_extra(p, v);
			n = 2;
			continue;
		}
		s = fb_slice_sub(s, 1, s.n);
		v = fb_slice_sub(s, 0, quoted(s, true, blank_follows));
		p->open = v.n == s.n;
		s = fb_slice_sub(s, v.n + 1, s.n);
		if (n == 0)
			p->referer = v;
		else if (n == 1)
			p->agent = v;
		else
			put_extra(p, v);
		n++;
	}
}

static bool parse(struct fb_slice s, struct parsed *p)
{
	struct fb_slice rest;
	size_t open, after, n;

	memset(p, 0, offsetof(struct parsed, extra));
	p->nextra = 0;
	p->more = p->open = false;
	if (!find_time(s, p, &open, &after) || !parse_front(fb_slice_sub(s, 0, open - 1), p))
		return false;
	rest = fb_slice_sub(s, after + 1, s.n); /* behind the request's quote */
	n = quoted(rest, true, status_follows);
	if (n == rest.n)
		n = quoted(rest, false, status_follows);
	if (n == rest.n)
		return false;
	p->request = fb_slice_sub(rest, 0, n);
	rest = fb_slice_sub(rest, n + 2, rest.n);
	if (!take_word(&rest, &p->status))
		return false;
	if (!take_word(&rest, &p->bytes)) {
		p->bytes = rest;
		rest.n = 0;
	}
	for (size_t i = 0; i < p->bytes.n; i++)
		if ((p->bytes.p[i] < '0' || p->bytes.p[i] > '9') &&
		    !(p->bytes.n == 1 && p->bytes.p[0] == '-'))
			return false;
	parse_rest(rest, p);
	return true;
}

/* ---- values ---- */

struct access {
	struct fb_sink *sink;
	uint32_t ident;                       /* symbols that are not fixed */
	uint32_t extra[FB_ACCESS_EXTRA_MAX];
	char names[FB_ACCESS_EXTRA_MAX][12];
	bool escapes;     /* there is a backslash in the line */
	uint8_t *scratch; /* FB_LINE_MAX bytes for the values of one line, unescaped */
	size_t used;
	uint32_t n;
	struct fb_field f[FIXED + FB_ACCESS_EXTRA_MAX];
	/* Names of the columns of lines with and without a host, its port, referer, agent,
	 * and so many extras: one text each for all of them. */
	struct fb_slice shapes[16 * (FB_ACCESS_EXTRA_MAX + 1)];
};

static int hex(uint8_t c)
{
	uint8_t low = c | 0x20;

	return c >= '0' && c <= '9' ? c - '0' : low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
}

/* What the server wrote as \" \\ \xNN (and, in quoted values, \b \n \r \t \v) as it was.
 * What is no escape stays. The values of a line are never longer than the line. */
static struct fb_slice unescape(struct access *a, struct fb_slice s, bool controls)
{
	static const char letters[] = "bnrtv", meant[] = "\b\n\r\t\v";
	uint8_t *to, *out;

	if (!a->escapes || !s.n || !memchr(s.p, '\\', s.n) || s.n > FB_LINE_MAX - a->used)
		return s;
	to = out = a->scratch + a->used;
	for (size_t i = 0; i < s.n; i++) {
		uint8_t next = i + 1 < s.n ? s.p[i + 1] : 0;
		const char *letter = next ? strchr(letters, next) : NULL;

		if (s.p[i] != '\\') {
			*out++ = s.p[i];
		} else if (next == '"' || next == '\\') {
			*out++ = next;
			i++;
		} else if (next == 'x' && s.n - i >= 4 && hex(s.p[i + 2]) >= 0 &&
			   hex(s.p[i + 3]) >= 0) {
			*out++ = (uint8_t)(hex(s.p[i + 2]) << 4 | hex(s.p[i + 3]));
			i += 3;
		} else if (controls && letter) {
			*out++ = (uint8_t)meant[letter - letters];
			i++;
		} else {
			*out++ = '\\';
		}
	}
	a->used += (size_t)(out - to);
	return fb_slice(to, (size_t)(out - to));
}

static void put(struct access *a, uint32_t sym, struct fb_slice name, struct fb_slice v)
{
	bool null = !v.p || (v.n == 1 && v.p[0] == '-');

	a->f[a->n++] = (struct fb_field){
		.sym = sym, .type = null ? FB_V_NULL : FB_V_UTF8, .name = name, .v = v,
	};
}

#define PUT(sym, name, v) put(a, sym, FB_LIT(name), v)

static bool method_chars(struct fb_slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!((s.p[i] | 0x20) >= 'a' && (s.p[i] | 0x20) <= 'z') && s.p[i] != '-' && s.p[i] != '_')
			return false;
	return s.n > 0 && s.n <= 32;
}

/* "GET /a?b HTTP/1.1" into method, URI and version. What is no request (a TLS hello on a
 * plain port, a scanner's greeting) stays whole, as the server wrote it, as the URI. */
static void put_request(struct access *a, struct fb_slice s)
{
	static const struct fb_slice none = { NULL, 0 };
	struct fb_slice uri = s, method = none, version = none, stem, query = none;
	const uint8_t *last, *mark;

	if (take_word(&uri, &method) && method_chars(method) && uri.p && uri.n) {
		last = memrchr(uri.p, ' ', uri.n);
		if (last) {
			version = fb_slice_sub(uri, (size_t)(last - uri.p) + 1, uri.n);
			if (fb_slice_starts(version, FB_LIT("HTTP/")))
				uri.n = (size_t)(last - uri.p);
			else
				version = none;
		}
		if (!version.p && uri.p[0] != '/' && uri.p[0] != '*' &&
		    fb_slice_find(uri, FB_LIT("://")) == uri.n)
			method.p = NULL;
	} else {
		method.p = NULL;
	}
	if (!method.p) {
		PUT(FB_SYM_CS_METHOD, "cs-method", none);
		PUT(FB_SYM_C_URI, "c-uri", s);
		PUT(FB_SYM_CS_URI_STEM, "cs-uri-stem", none);
		PUT(FB_SYM_CS_URI_QUERY, "cs-uri-query", none);
		PUT(FB_SYM_CS_VERSION, "cs-version", none);
		return;
	}
	uri = unescape(a, uri, true);
	stem = uri;
	mark = uri.n ? memchr(uri.p, '?', uri.n) : NULL;
	if (mark) {
		stem.n = (size_t)(mark - uri.p);
		query = fb_slice_sub(uri, stem.n + 1, uri.n);
	}
	PUT(FB_SYM_CS_METHOD, "cs-method", method);
	PUT(FB_SYM_C_URI, "c-uri", uri);
	PUT(FB_SYM_CS_URI_STEM, "cs-uri-stem", stem);
	PUT(FB_SYM_CS_URI_QUERY, "cs-uri-query", query);
	PUT(FB_SYM_CS_VERSION, "cs-version", version);
}

/* a->f is of a line of that shape. */
static struct fb_slice columns_of(struct access *a, const struct parsed *p)
{
	uint32_t shape = p->nextra * 16 + (p->vhost.p ? 1 : 0) + (p->vport.n ? 2 : 0) +
			 (p->referer.p ? 4 : 0) + (p->agent.p ? 8 : 0);
	struct fb_slice *s = &a->shapes[shape];
	uint8_t *to;

	if (s->p)
		return *s;
	for (uint32_t i = 0; i < a->n; i++)
		s->n += a->f[i].name.n + (i > 0);
	s->p = to = fb_arena_get(a->sink->arena, s->n + 1);
	if (!to) {
		*s = (struct fb_slice){ 0 };
		return *s;
	}
	for (uint32_t i = 0; i < a->n; i++) {
		if (i)
			*to++ = ' ';
		memcpy(to, a->f[i].name.p, a->f[i].name.n);
		to += a->f[i].name.n;
	}
	return *s;
}

static int take_line(void *user, const struct web_line *l)
{
	struct access *a = user;
	struct parsed p;
	struct fb_event ev;

	if (!parse(l->text, &p)) {
		fb_sink_rejected(a->sink, l->offset, l->raw.n,
				 l->cut ? FB_WHY_TRUNCATED : FB_WHY_BAD_LINE,
				 l->cut ? "the log ends within a line" : "not a line of an access log");
		return 0;
	}
	a->escapes = memchr(l->text.p, '\\', l->text.n);
	if (a->escapes && !a->scratch) {
		a->scratch = fb_arena_get(a->sink->arena, FB_LINE_MAX);
		if (!a->scratch)
			return FB_ENOMEM;
	}
	a->used = 0;
	a->n = 0;
	if (p.vhost.p) {
		PUT(FB_SYM_CS_HOST, "cs-host", p.vhost);
		if (p.vport.n)
			PUT(FB_SYM_S_PORT, "s-port", p.vport);
	}
	PUT(FB_SYM_C_IP, "c-ip", p.client);
	PUT(a->ident, "ident", p.ident);
	PUT(FB_SYM_CS_USERNAME, "cs-username", unescape(a, p.user, false));
	put_request(a, p.request);
	PUT(FB_SYM_SC_STATUS, "sc-status", p.status);
	PUT(FB_SYM_SC_BYTES, "sc-bytes", p.bytes);
	if (p.referer.p)
		PUT(FB_SYM_REFERER, "cs-referer", unescape(a, p.referer, true));
	if (p.agent.p)
		PUT(FB_SYM_USER_AGENT, "cs-user-agent", unescape(a, p.agent, true));
	for (uint32_t i = 0; i < p.nextra; i++)
		put(a, a->extra[i], fb_slice_str(a->names[i]), unescape(a, p.extra[i], true));
	ev = (struct fb_event){
		.lane = FB_LANE_WEB,
		.flags = (uint8_t)((p.open ? FB_EVENT_DAMAGED : 0) | (p.more ? FB_EVENT_CUT : 0)),
		.time = p.time,
		.time_digits = (uint8_t)p.digits,
		.offset = l->offset,
		.length = l->raw.n,
		.line = l->number,
		.fields = a->f,
		.nfields = a->n,
		.raw = l->raw,
		.columns = columns_of(a, &p),
		.priv = l,
	};
	fb_sink_decoded(a->sink, l->raw.n);
	return a->sink->event(a->sink, &ev);
}

static int access_decode(const struct fb_unit *unit, struct fb_sink *sink)
{
	struct web_state st;
	struct access a;

	a.sink = sink;
	a.scratch = NULL;
	a.used = 0;
	memset(a.shapes, 0, sizeof a.shapes);
	a.ident = fb_syms_find(sink->syms, FB_LIT("ident"));
	for (uint32_t i = 0; i < FB_ACCESS_EXTRA_MAX; i++) {
		(void)snprintf(a.names[i], sizeof a.names[i], "extra%u", i + 1);
		a.extra[i] = fb_syms_find(sink->syms, fb_slice_str(a.names[i]));
	}
	web_state_load(&st, unit->ctx);
	return web_lines(unit, sink, &st, take_line, &a);
}

/* Half of the first lines that say anything must be of it: servers write errors into the
 * same file now and then. */
static int access_probe(struct fb_slice head, bool whole)
{
	uint8_t room[FB_PROBE_MAX / 2 * 3];
	struct fb_slice text = web_probe_text(head, room), line;
	unsigned good = 0, bad = 0;
	struct parsed p;

	while (good + bad < 64 && web_probe_line(&text, whole, &line)) {
		if (line.n == 0)
			continue;
		if (parse(line, &p))
			good++;
		else
			bad++;
	}
	return good && good >= bad ? 80 : 0;
}

const struct fb_format fb_format_access = {
	.name = "access-log",
	.title = "web server access log (common, combined)",
	.lane = FB_LANE_WEB,
	.probe = access_probe,
	.split = web_split,
	.decode = access_decode,
	.render = web_render,
	.summarise = web_summarise,
	.json = web_json,
};
