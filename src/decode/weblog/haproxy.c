/* HAProxy's HTTP and TCP logs, as they stand or behind the envelope of syslog:
 * docs/formats/haproxy.md. */
#include "decode/formats.h"
#include "decode/weblog/row.h"

struct entry {
	struct fb_slice host;     /* of the envelope */
	struct fb_slice client, port, frontend, backend, server;
	struct fb_slice timers, status, bytes, cookie, set_cookie, state, counts, queues;
	struct fb_slice asked, answered, request, message, bind;
	struct fb_slice taken;
	fb_time time;
	unsigned digits;
	bool local, http, open;
};

static bool take_word(struct fb_slice *s, struct fb_slice *out)
{
	return web_take(s, ' ', out);
}

/* "Feb  6 12:14:14 host haproxy[14389]: " and "<134>1 2024-…Z host haproxy 1 - - ". */
static struct fb_slice open_envelope(struct fb_slice s, struct fb_slice *host)
{
	struct fb_slice at = s, word = { NULL, 0 }, before = { NULL, 0 };
	unsigned month;

	if (s.n && s.p[0] == '<') {
		if (!web_take(&at, '>', &word) || word.n > 4)
			return s;
		if (at.n > 2 && at.p[0] == '1' && at.p[1] == ' ') {
			at = fb_slice_sub(at, 2, at.n);
			if (!take_word(&at, &word) || !take_word(&at, host))
				return s;
			for (int i = 0; i < 4; i++)
				if (!take_word(&at, &word))
					return s;
			return at;
		}
	}
	if (!web_month(fb_slice_sub(at, 0, 3), &month) || at.n < 17 || at.p[9] != ':' || at.p[12] != ':')
		return at;
	at = fb_slice_sub(at, 16, at.n);
	for (int i = 0; i < 3; i++) {
		before = word;
		if (!take_word(&at, &word))
			return s;
		if (word.n && word.p[word.n - 1] == ':') {
			*host = before;
			return at;
		}
	}
	return s;
}

/* "1/2/3/4/5", '+' and '-' among them. */
static bool slashes(struct fb_slice s, unsigned least, unsigned most)
{
	unsigned n = 0;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '/')
			n++;
		else if (!(s.p[i] >= '0' && s.p[i] <= '9') && s.p[i] != '-' && s.p[i] != '+')
			return false;
	}
	return s.n && n >= least && n <= most;
}

static struct fb_slice after_last(struct fb_slice s)
{
	const uint8_t *at = s.p && s.n ? memrchr(s.p, '/', s.n) : NULL;

	if (at)
		s = fb_slice_sub(s, (size_t)(at - s.p) + 1, s.n);
	return s.n && s.p[0] == '+' ? fb_slice_sub(s, 1, s.n) : s;
}

static bool braces(struct fb_slice *s, struct fb_slice *out)
{
	struct fb_slice rest = *s;

	if (!rest.n || rest.p[0] != '{')
		return true;
	rest = fb_slice_sub(rest, 1, rest.n);
	if (!web_take(&rest, '}', out))
		return false;
	*s = fb_slice_sub(rest, rest.n && rest.p[0] == ' ', rest.n);
	return true;
}

static bool parse_http(struct fb_slice s, struct entry *e)
{
	struct fb_slice v;
	unsigned digit;
	uint64_t n;

	if (!take_word(&s, &e->timers) || !slashes(e->timers, 4, 4) || !take_word(&s, &e->status) ||
	    !(fb_slice_eqs(e->status, "-1") || (e->status.n == 3 && web_number(e->status, 0, 3, &digit))) ||
	    !take_word(&s, &e->bytes))
		return false;
	v = e->bytes.n && e->bytes.p[0] == '+' ? fb_slice_sub(e->bytes, 1, e->bytes.n) : e->bytes;
	if (!fb_slice_u64(v, &n) || !take_word(&s, &e->cookie) || !take_word(&s, &e->set_cookie) ||
	    !take_word(&s, &e->state) || e->state.n != 4 || !take_word(&s, &e->counts) ||
	    !slashes(e->counts, 4, 4) || !take_word(&s, &e->queues) || !slashes(e->queues, 1, 1) ||
	    !braces(&s, &e->asked) || !braces(&s, &e->answered) || s.n < 2 || s.p[0] != '"')
		return false;
	e->bytes = v;
	e->open = s.p[s.n - 1] != '"'; /* a request that is too long for syslog is cut */
	e->request = fb_slice_sub(s, 1, s.n - (e->open ? 1 : 2));
	e->taken = after_last(e->timers);
	e->http = true;
	return true;
}

static bool parse_tcp(struct fb_slice s, struct entry *e)
{
	uint64_t n;

	if (!take_word(&s, &e->timers) || !slashes(e->timers, 2, 2) || !take_word(&s, &e->bytes) ||
	    !take_word(&s, &e->state) || e->state.n != 2 || !take_word(&s, &e->counts) ||
	    !slashes(e->counts, 4, 4) || !slashes(s, 1, 1))
		return false;
	if (e->bytes.n && e->bytes.p[0] == '+')
		e->bytes = fb_slice_sub(e->bytes, 1, e->bytes.n);
	e->queues = s;
	e->taken = after_last(e->timers);
	return fb_slice_u64(e->bytes, &n);
}

static bool parse(struct fb_slice s, struct entry *e)
{
	struct fb_slice stamp, rest;
	const uint8_t *colon;
	uint64_t n;

	memset(e, 0, sizeof *e);
	s = open_envelope(s, &e->host);
	if (!take_word(&s, &e->client) || !s.n || s.p[0] != '[')
		return false;
	colon = e->client.n ? memrchr(e->client.p, ':', e->client.n) : NULL;
	if (!colon)
		return false;
	e->port = fb_slice_sub(e->client, (size_t)(colon - e->client.p) + 1, e->client.n);
	e->client.n -= e->port.n + 1;
	s = fb_slice_sub(s, 1, s.n);
	if (!fb_slice_u64(e->port, &n) || !web_is_address(e->client) || !web_take(&s, ']', &stamp) ||
	    !web_clf_time(stamp, &e->time, &e->digits, &e->local) || !s.n || s.p[0] != ' ')
		return false;
	s = fb_slice_sub(s, 1, s.n);
	if (!take_word(&s, &e->frontend))
		return false;
	if (e->frontend.n > 1 && e->frontend.p[e->frontend.n - 1] == ':') {
		e->frontend.n--;
		e->message = s;
		rest = e->frontend; /* frontend/bind */
		if (web_take(&rest, '/', &stamp)) {
			e->frontend = stamp;
			e->bind = rest;
		}
		return s.n != 0;
	}
	if (!take_word(&s, &e->server) || !web_take(&e->server, '/', &e->backend))
		return false;
	rest = s;
	return parse_http(rest, e) || parse_tcp(s, e);
}

static void put_request(struct web_row *r, const struct entry *e)
{
	web_put_text(r, FB_LIT("backend"), e->backend);
	web_put_text(r, FB_LIT("server"), e->server);
	web_put_text(r, FB_LIT("timers"), e->timers);
	WEB_PUT(r, FB_SYM_TIME_TAKEN, "time-taken", e->taken);
	if (e->http) {
		WEB_PUT(r, FB_SYM_SC_STATUS, "sc-status",
			fb_slice_eqs(e->status, "-1") ? FB_LIT("-") : e->status);
		web_put_text(r, FB_LIT("captured-cookie"), e->cookie);
		web_put_text(r, FB_LIT("captured-set-cookie"), e->set_cookie);
	}
	WEB_PUT(r, FB_SYM_SC_BYTES, "sc-bytes", e->bytes);
	web_put_text(r, FB_LIT("termination"), e->state);
	web_put_text(r, FB_LIT("connections"), e->counts);
	web_put_text(r, FB_LIT("queues"), e->queues);
	if (e->asked.p)
		web_put_text(r, FB_LIT("captured-request-headers"), e->asked);
	if (e->answered.p)
		web_put_text(r, FB_LIT("captured-response-headers"), e->answered);
	if (!e->http)
		return;
	if (fb_slice_eqs(e->request, "<BADREQ>"))
		web_put_text(r, FB_LIT("message"), e->request);
	else
		web_put_request(r, e->request, false);
}

static int take_line(void *user, const struct web_line *l)
{
	struct web_row *r = user;
	struct entry e;

	if (!parse(l->text, &e))
		return web_row_reject(r, l, "not a line of HAProxy");
	web_row_begin(r);
	r->time = r->start = e.time; /* it logs when a request was accepted */
	r->digits = e.digits;
	r->local = e.local;
	if (e.host.p)
		WEB_PUT(r, FB_SYM_S_COMPUTER, "s-computername", e.host);
	WEB_PUT(r, FB_SYM_C_IP, "c-ip", e.client);
	web_put_text(r, FB_LIT("c-port"), e.port);
	web_put_text(r, FB_LIT("frontend"), e.frontend);
	if (e.message.p) {
		r->start = FB_TIME_NONE;
		web_put_text(r, FB_LIT("bind"), e.bind);
		web_put_text(r, FB_LIT("message"), e.message);
	} else {
		put_request(r, &e);
	}
	if (e.open)
		r->flags |= FB_EVENT_DAMAGED;
	return web_row_end(r, l);
}

static int haproxy_decode(const struct fb_unit *unit, struct fb_sink *sink)
{
	struct web_state st;
	struct web_row r;

	web_row_init(&r, sink, FB_LANE_WEB);
	web_state_load(&st, unit->ctx);
	return web_lines(unit, sink, &st, take_line, &r);
}

static bool is_line(struct fb_slice line, void *user)
{
	struct entry e;

	(void)user;
	return parse(line, &e);
}

static int haproxy_probe(struct fb_slice head, bool whole)
{
	return web_probe_most(head, whole, 85, is_line, NULL);
}

const struct fb_format fb_format_haproxy = {
	.name = "haproxy",
	.title = "HAProxy log",
	.lane = FB_LANE_WEB,
	.local = true,
	.probe = haproxy_probe,
	.split = web_split,
	.decode = haproxy_decode,
	.render = web_render,
	.summarise = web_summarise,
	.json = web_json,
};
