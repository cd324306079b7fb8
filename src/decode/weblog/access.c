/* Access logs of Apache, nginx and those that write as they do, common and combined:
 * docs/formats/access-log.md. */
#include "decode/formats.h"
#include "decode/weblog/row.h"

#include <stdio.h>

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
		bool local;

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
		local = false;
		if (!web_clf_time(t, &p->time, &p->digits, &local) &&
		    !(t.n >= 20 && t.p[10] == 'T' && fb_time_parse(t, &p->time, &p->digits)))
			continue;
		if (local)
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
	return web_take(s, ' ', word);
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

	return (s.n == 1 && s.p[0] == '-') || (s.n == 3 && web_number(s, 0, 3, &v));
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
	       (s.p[0] == '-' || web_number(s, 0, 1, &digit));
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
	struct web_row row;
	uint32_t ident; /* symbols that are not fixed */
	uint32_t extra[FB_ACCESS_EXTRA_MAX];
	char names[FB_ACCESS_EXTRA_MAX][12];
};

/* Traefik writes the number of the request, router, server and time behind combined. */
static bool is_traefik(const struct parsed *p)
{
	const struct fb_slice *x = p->extra;
	uint64_t n;

	return p->nextra == 4 && fb_slice_u64(x[0], &n) && x[3].n > 2 &&
	       fb_slice_eqs(fb_slice_sub(x[3], x[3].n - 2, 2), "ms") &&
	       fb_slice_u64(fb_slice_sub(x[3], 0, x[3].n - 2), &n);
}

static void put_traefik(struct access *a, const struct parsed *p)
{
	struct web_row *r = &a->row;
	struct fb_slice ms = fb_slice_sub(p->extra[3], 0, p->extra[3].n - 2);

	web_put_text(r, FB_LIT("request-count"), p->extra[0]);
	web_put_text(r, FB_LIT("router"), web_unescape(r, p->extra[1], true));
	web_put_text(r, FB_LIT("server-url"), web_unescape(r, p->extra[2], true));
	WEB_PUT(r, FB_SYM_TIME_TAKEN, "time-taken", ms);
	r->start = r->time; /* it logs when a request began */
}

static void put_rest(struct access *a, const struct parsed *p)
{
	struct web_row *r = &a->row;

	if (p->referer.p)
		WEB_PUT(r, FB_SYM_REFERER, "cs-referer", web_unescape(r, p->referer, true));
	if (p->agent.p)
		WEB_PUT(r, FB_SYM_USER_AGENT, "cs-user-agent", web_unescape(r, p->agent, true));
	if (is_traefik(p)) {
		put_traefik(a, p);
		return;
	}
	for (uint32_t i = 0; i < p->nextra; i++)
		web_put(r, a->extra[i], fb_slice_str(a->names[i]), web_unescape(r, p->extra[i], true));
}

static int take_line(void *user, const struct web_line *l)
{
	struct access *a = user;
	struct web_row *r = &a->row;
	struct parsed p;

	if (!parse(l->text, &p))
		return web_row_reject(r, l, "not a line of an access log");
	web_row_begin(r);
	if (p.vhost.p) {
		WEB_PUT(r, FB_SYM_CS_HOST, "cs-host", p.vhost);
		if (p.vport.n)
			WEB_PUT(r, FB_SYM_S_PORT, "s-port", p.vport);
	}
	WEB_PUT(r, FB_SYM_C_IP, "c-ip", p.client);
	WEB_PUT(r, a->ident, "ident", p.ident);
	WEB_PUT(r, FB_SYM_CS_USERNAME, "cs-username", web_unescape(r, p.user, false));
	web_put_request(r, p.request, true);
	WEB_PUT(r, FB_SYM_SC_STATUS, "sc-status", p.status);
	WEB_PUT(r, FB_SYM_SC_BYTES, "sc-bytes", p.bytes);
	r->time = p.time;
	r->digits = p.digits;
	put_rest(a, &p);
	r->flags = (uint8_t)((p.open ? FB_EVENT_DAMAGED : 0) | (p.more ? FB_EVENT_CUT : 0));
	return web_row_end(r, l);
}

static int access_decode(const struct fb_unit *unit, struct fb_sink *sink)
{
	struct web_state st;
	struct access a;

	web_row_init(&a.row, sink, FB_LANE_WEB);
	a.ident = fb_syms_find(sink->syms, FB_LIT("ident"));
	for (uint32_t i = 0; i < FB_ACCESS_EXTRA_MAX; i++) {
		(void)snprintf(a.names[i], sizeof a.names[i], "extra%u", i + 1);
		a.extra[i] = fb_syms_find(sink->syms, fb_slice_str(a.names[i]));
	}
	web_state_load(&st, unit->ctx);
	return web_lines(unit, sink, &st, take_line, &a);
}

static bool is_line(struct fb_slice line, void *user)
{
	struct parsed p;

	(void)user;
	return parse(line, &p);
}

static int access_probe(struct fb_slice head, bool whole)
{
	return web_probe_most(head, whole, 80, is_line, NULL);
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
