/* Error logs of Apache 2.2, 2.4 and nginx: what a server says of requests that failed, in
 * its own zone. docs/formats/error-log.md. */
#include "decode/formats.h"
#include "decode/weblog/row.h"

struct message {
	fb_time time;
	unsigned digits;
	struct fb_slice module, level, pid, tid, client, port, code, text;
	bool nginx;
};

/* ---- Apache ---- */

/* "Thu Oct 13 12:24:49.880562 2022" */
static bool apache_time(struct fb_slice s, fb_time *out, unsigned *digits)
{
	unsigned mon, day, h, m, sec, year, frac, n = 0;
	uint32_t ns = 0;
	size_t at = 19;

	if (s.n < 24 || s.p[3] != ' ' || s.p[7] != ' ' || s.p[10] != ' ' || s.p[13] != ':' ||
	    s.p[16] != ':' || !web_month(fb_slice_sub(s, 4, 3), &mon) ||
	    !web_number(s, s.p[8] == ' ' ? 9 : 8, s.p[8] == ' ' ? 1 : 2, &day) ||
	    !web_number(s, 11, 2, &h) || !web_number(s, 14, 2, &m) || !web_number(s, 17, 2, &sec))
		return false;
	if (s.p[at] == '.') {
		for (; n < 9 && web_number(s, at + 1 + n, 1, &frac); n++)
			ns = ns * 10 + frac;
		at += 1 + n;
		for (unsigned i = n; i < 9; i++)
			ns *= 10;
	}
	if (s.n - at != 5 || s.p[at] != ' ' || !web_number(s, at + 1, 4, &year))
		return false;
	*digits = n;
	*out = fb_time_from_parts(year, mon, day, h, m, sec, ns);
	return *out != FB_TIME_NONE;
}

/* "[inside] " off *s. */
static bool bracket(struct fb_slice *s, struct fb_slice *inside)
{
	struct fb_slice rest = *s;

	if (!rest.n || rest.p[0] != '[')
		return false;
	rest = fb_slice_sub(rest, 1, rest.n);
	if (!web_take(&rest, ']', inside))
		return false;
	while (rest.n && rest.p[0] == ' ')
		rest = fb_slice_sub(rest, 1, rest.n);
	*s = rest;
	return true;
}

/* "31.33.58.75:50229", "::1:50229", or no port (2.2). */
static void split_port(struct fb_slice s, struct fb_slice *address, struct fb_slice *port)
{
	const uint8_t *colon = s.n ? memrchr(s.p, ':', s.n) : NULL;
	size_t at = colon ? (size_t)(colon - s.p) : s.n;
	uint64_t v;

	*address = s;
	*port = fb_slice(NULL, 0);
	if (!colon || !fb_slice_u64(fb_slice_sub(s, at + 1, s.n), &v) ||
	    !web_is_address(fb_slice_sub(s, 0, at)))
		return;
	*address = fb_slice_sub(s, 0, at);
	*port = fb_slice_sub(s, at + 1, s.n);
}

static bool starts(struct fb_slice s, const char *with)
{
	return fb_slice_starts(s, fb_slice_str(with));
}

/* "AH01618: " in front of s? */
static bool is_code(struct fb_slice s)
{
	unsigned v;

	return starts(s, "AH") && web_number(s, 2, 5, &v) && s.n > 8 && s.p[7] == ':';
}

/* "[client …] " may stand behind "(70014)End of file found: ". */
static void take_client(struct message *m)
{
	size_t at = fb_slice_find(fb_slice_sub(m->text, 0, 400), FB_LIT("[client "));
	struct fb_slice inside, rest = fb_slice_sub(m->text, at, m->text.n);

	if (!rest.n || (at && (m->text.p[0] != '(' || m->text.p[at - 1] != ' ')) ||
	    !bracket(&rest, &inside))
		return;
	split_port(fb_slice_sub(inside, 7, inside.n), &m->client, &m->port);
	if (at == 0)
		m->text = rest;
	else if (is_code(rest))
		m->code = fb_slice_sub(rest, 0, 7);
}

static void take_code(struct message *m)
{
	if (is_code(m->text)) {
		m->code = fb_slice_sub(m->text, 0, 7);
		m->text = fb_slice_sub(m->text, 9, m->text.n);
	}
}

static bool parse_apache(struct fb_slice s, struct message *m)
{
	struct fb_slice in;

	if (!bracket(&s, &in) || !apache_time(in, &m->time, &m->digits) || !bracket(&s, &m->level))
		return false;
	if (memchr(m->level.p, ':', m->level.n))
		(void)web_take(&m->level, ':', &m->module);
	if (starts(s, "[pid ") && bracket(&s, &in)) {
		in = fb_slice_sub(in, 4, in.n);
		if (web_take(&in, ':', &m->pid)) {
			if (starts(in, "tid "))
				m->tid = fb_slice_sub(in, 4, in.n);
		} else {
			m->pid = in;
		}
	}
	m->text = s;
	take_client(m);
	take_code(m);
	return true;
}

/* ---- nginx ---- */

/* "2022/01/24 16:33:06" */
static bool nginx_time(struct fb_slice s, fb_time *out)
{
	unsigned y, mon, d, h, m, sec;

	if (s.n < 19 || s.p[4] != '/' || s.p[7] != '/' || s.p[10] != ' ' || s.p[13] != ':' ||
	    s.p[16] != ':' || !web_number(s, 0, 4, &y) || !web_number(s, 5, 2, &mon) ||
	    !web_number(s, 8, 2, &d) || !web_number(s, 11, 2, &h) || !web_number(s, 14, 2, &m) ||
	    !web_number(s, 17, 2, &sec))
		return false;
	*out = fb_time_from_parts(y, mon, d, h, m, sec, 0);
	return *out != FB_TIME_NONE;
}

static bool parse_nginx(struct fb_slice s, struct message *m)
{
	struct fb_slice both;
	uint64_t v;

	if (!nginx_time(s, &m->time) || s.n < 22 || s.p[19] != ' ')
		return false;
	s = fb_slice_sub(s, 20, s.n);
	if (!bracket(&s, &m->level) || !web_take(&s, ' ', &both) || both.n < 4 ||
	    both.p[both.n - 1] != ':')
		return false;
	both.n--;
	if (!web_take(&both, '#', &m->pid) || !fb_slice_u64(m->pid, &v) || !fb_slice_u64(both, &v))
		return false;
	m->tid = both;
	m->text = s;
	m->nginx = true;
	return true;
}

static bool parse(struct fb_slice s, struct message *m)
{
	*m = (struct message){ .time = FB_TIME_NONE };
	return parse_apache(s, m) || (*m = (struct message){ .time = FB_TIME_NONE }, parse_nginx(s, m));
}

/* Where the list of "client: …, server: …" begins; the message may hold anything. */
static size_t details_at(struct fb_slice s)
{
	return fb_slice_find(s, FB_LIT(", client: "));
}

/* name: value, or name: "value" with escapes; s is behind ", ". */
static bool take_detail(struct fb_slice *s, struct fb_slice *name, struct fb_slice *v)
{
	size_t end = 0;

	if (!web_take(s, ':', name) || !s->n || s->p[0] != ' ')
		return false;
	*s = fb_slice_sub(*s, 1, s->n);
	if (s->n && s->p[0] == '"') {
		*s = fb_slice_sub(*s, 1, s->n);
		/* nginx escapes none: the end is a quote before ", " or the line's. */
		while (end < s->n && !(s->p[end] == '"' && (end + 1 == s->n || s->p[end + 1] == ',')))
			end++;
		*v = fb_slice_sub(*s, 0, end);
		*s = fb_slice_sub(*s, end + 1, s->n);
		if (s->n)
			*s = fb_slice_sub(*s, s->p[0] == ',' ? 2 : 0, s->n);
		return true;
	}
	end = fb_slice_find(*s, FB_LIT(", "));
	*v = fb_slice_sub(*s, 0, end);
	*s = fb_slice_sub(*s, end == s->n ? end : end + 2, s->n);
	return true;
}

static void put_details(struct web_row *r, struct fb_slice s)
{
	struct fb_slice name, v;

	for (unsigned i = 0; i < 16 && s.n && take_detail(&s, &name, &v); i++) {
		if (fb_slice_eqs(name, "client"))
			WEB_PUT(r, FB_SYM_C_IP, "c-ip", v);
		else if (fb_slice_eqs(name, "request"))
			web_put_request(r, v, true);
		else if (fb_slice_eqs(name, "host"))
			WEB_PUT(r, FB_SYM_CS_HOST, "cs-host", v);
		else if (fb_slice_eqs(name, "referrer"))
			WEB_PUT(r, FB_SYM_REFERER, "cs-referer", v);
		else if (fb_slice_eqs(name, "server"))
			web_put_text(r, FB_LIT("server"), v);
		else if (fb_slice_eqs(name, "upstream"))
			web_put_text(r, FB_LIT("upstream"), v);
		else if (fb_slice_eqs(name, "subrequest"))
			web_put_text(r, FB_LIT("subrequest"), v);
	}
}

static void put_apache(struct web_row *r, struct message *m)
{
	static const char referer[] = ", referer: ";
	size_t at = fb_slice_find(m->text, FB_LIT(referer));

	if (m->client.p) {
		WEB_PUT(r, FB_SYM_C_IP, "c-ip", m->client);
		web_put_text(r, FB_LIT("c-port"), m->port);
	}
	if (m->code.p)
		web_put_text(r, FB_LIT("code"), m->code);
	if (at < m->text.n) {
		struct fb_slice v = fb_slice_sub(m->text, at + sizeof referer - 1, m->text.n);

		m->text.n = at;
		WEB_PUT(r, FB_SYM_REFERER, "cs-referer", web_unescape(r, v, true));
	}
	web_put_text(r, FB_LIT("message"), web_unescape(r, m->text, true));
}

static int take_line(void *user, const struct web_line *l)
{
	struct web_row *r = user;
	struct message m;

	if (!parse(l->text, &m))
		return web_row_reject(r, l, "not a line of an error log");
	web_row_begin(r);
	r->time = m.time;
	r->digits = m.digits;
	r->local = true;
	web_put_text(r, FB_LIT("module"), m.module);
	web_put_text(r, FB_LIT("level"), m.level);
	web_put_text(r, FB_LIT("pid"), m.pid);
	web_put_text(r, FB_LIT("tid"), m.tid);
	if (m.nginx) {
		size_t at = details_at(m.text);

		web_put_text(r, FB_LIT("message"), fb_slice_sub(m.text, 0, at));
		put_details(r, fb_slice_sub(m.text, at + 2, m.text.n));
	} else {
		put_apache(r, &m);
	}
	return web_row_end(r, l);
}

static int errorlog_decode(const struct fb_unit *unit, struct fb_sink *sink)
{
	struct web_state st;
	struct web_row r;

	web_row_init(&r, sink, FB_LANE_SERVER);
	web_state_load(&st, unit->ctx);
	return web_lines(unit, sink, &st, take_line, &r);
}

static bool is_line(struct fb_slice line, void *user)
{
	struct message m;

	(void)user;
	return parse(line, &m);
}

static int errorlog_probe(struct fb_slice head, bool whole)
{
	return web_probe_most(head, whole, 80, is_line, NULL);
}

const struct fb_format fb_format_errorlog = {
	.name = "error-log",
	.title = "web server error log (Apache, nginx)",
	.lane = FB_LANE_SERVER,
	.local = true,
	.probe = errorlog_probe,
	.split = web_split,
	.decode = errorlog_decode,
	.render = web_render,
	.summarise = web_say_message,
	.json = web_json,
};
