/* Access logs that are one JSON object a line: Traefik, Caddy, nginx and others with a
 * format of their own. docs/formats/json-access-log.md. */
#include "decode/formats.h"
#include "decode/weblog/directive.h"
#include "decode/weblog/jsonin.h"

#include "base/text.h"

/* What the members of the object are, by the last parts of their path, without case. The
 * first that is there counts. */
static const struct {
	const char *name;
	uint32_t sym;
} known[] = {
	/* the peer of the connection; what a proxy says of others is not in here */
	{ "clientaddr", FB_SYM_C_IP }, { "remote_ip", FB_SYM_C_IP }, { "remote_addr", FB_SYM_C_IP }, { "clienthost", FB_SYM_C_IP },
	{ "remoteip", FB_SYM_C_IP }, { "remoteaddr", FB_SYM_C_IP }, { "client_ip", FB_SYM_C_IP },
	{ "clientip", FB_SYM_C_IP }, { "client", FB_SYM_C_IP }, { "ip", FB_SYM_C_IP },
	{ "remote_address", FB_SYM_C_IP }, { "source.ip", FB_SYM_C_IP }, { "remote", FB_SYM_C_IP },
	{ "client.ip", FB_SYM_C_IP }, { "c-ip", FB_SYM_C_IP }, { "src_ip", FB_SYM_C_IP },
	{ "remotehost", FB_SYM_C_IP },
	{ "requestmethod", FB_SYM_CS_METHOD }, { "request_method", FB_SYM_CS_METHOD },
	{ "method", FB_SYM_CS_METHOD }, { "http_method", FB_SYM_CS_METHOD },
	{ "http.request.method", FB_SYM_CS_METHOD }, { "verb", FB_SYM_CS_METHOD },
	{ "cs-method", FB_SYM_CS_METHOD },
	{ "request_uri", FB_SYM_C_URI }, { "uri", FB_SYM_C_URI }, { "requestpath", FB_SYM_C_URI },
	{ "requesturi", FB_SYM_C_URI }, { "url", FB_SYM_C_URI }, { "path", FB_SYM_C_URI },
	{ "url.original", FB_SYM_C_URI }, { "request_path", FB_SYM_C_URI }, { "c-uri", FB_SYM_C_URI },
	{ "url.path", FB_SYM_CS_URI_STEM }, { "cs-uri-stem", FB_SYM_CS_URI_STEM },
	{ "args", FB_SYM_CS_URI_QUERY }, { "query_string", FB_SYM_CS_URI_QUERY },
	{ "query", FB_SYM_CS_URI_QUERY }, { "url.query", FB_SYM_CS_URI_QUERY },
	{ "cs-uri-query", FB_SYM_CS_URI_QUERY },
	{ "downstreamstatus", FB_SYM_SC_STATUS }, { "status", FB_SYM_SC_STATUS },
	{ "status_code", FB_SYM_SC_STATUS }, { "statuscode", FB_SYM_SC_STATUS },
	{ "response_code", FB_SYM_SC_STATUS }, { "http.response.status_code", FB_SYM_SC_STATUS },
	{ "response", FB_SYM_SC_STATUS }, { "code", FB_SYM_SC_STATUS }, { "sc-status", FB_SYM_SC_STATUS },
	{ "downstreamcontentsize", FB_SYM_SC_BYTES }, { "body_bytes_sent", FB_SYM_SC_BYTES },
	{ "bytes_sent", FB_SYM_SC_BYTES }, { "size", FB_SYM_SC_BYTES }, { "bytes", FB_SYM_SC_BYTES },
	{ "response_size", FB_SYM_SC_BYTES }, { "sc-bytes", FB_SYM_SC_BYTES },
	{ "requestcontentsize", FB_SYM_CS_BYTES }, { "request_length", FB_SYM_CS_BYTES },
	{ "bytes_read", FB_SYM_CS_BYTES }, { "bytes_received", FB_SYM_CS_BYTES },
	{ "request_user-agent", FB_SYM_USER_AGENT }, { "http_user_agent", FB_SYM_USER_AGENT },
	{ "headers.user-agent", FB_SYM_USER_AGENT }, { "user_agent", FB_SYM_USER_AGENT },
	{ "useragent", FB_SYM_USER_AGENT }, { "agent", FB_SYM_USER_AGENT },
	{ "user-agent", FB_SYM_USER_AGENT }, { "user_agent.original", FB_SYM_USER_AGENT },
	{ "cs-user-agent", FB_SYM_USER_AGENT },
	{ "request_referer", FB_SYM_REFERER }, { "http_referer", FB_SYM_REFERER },
	{ "headers.referer", FB_SYM_REFERER }, { "http_referrer", FB_SYM_REFERER },
	{ "referer", FB_SYM_REFERER }, { "referrer", FB_SYM_REFERER }, { "cs-referer", FB_SYM_REFERER },
	{ "requesthost", FB_SYM_CS_HOST }, { "http_host", FB_SYM_CS_HOST }, { "host", FB_SYM_CS_HOST },
	{ "vhost", FB_SYM_CS_HOST }, { "server_name", FB_SYM_CS_HOST }, { "cs-host", FB_SYM_CS_HOST },
	{ "headers.cookie", FB_SYM_CS_COOKIE }, { "http_cookie", FB_SYM_CS_COOKIE },
	{ "clientusername", FB_SYM_CS_USERNAME }, { "remote_user", FB_SYM_CS_USERNAME },
	{ "user_id", FB_SYM_CS_USERNAME }, { "remoteuser", FB_SYM_CS_USERNAME },
	{ "user", FB_SYM_CS_USERNAME }, { "username", FB_SYM_CS_USERNAME },
	{ "requestprotocol", FB_SYM_CS_VERSION }, { "server_protocol", FB_SYM_CS_VERSION },
	{ "proto", FB_SYM_CS_VERSION }, { "protocol", FB_SYM_CS_VERSION },
	{ "http_version", FB_SYM_CS_VERSION }, { "server_addr", FB_SYM_S_IP },
	{ "server_port", FB_SYM_S_PORT }, { "hostname", FB_SYM_S_COMPUTER },
};
#define NKNOWN (sizeof known / sizeof *known)

/* Times, the best first. begin: of the request's beginning. */
static const struct {
	const char *name;
	bool begin;
} times[] = {
	{ "StartUTC", true }, { "ts", false }, { "@timestamp", false }, { "time_iso8601", false },
	{ "msec", false }, { "timestamp", false }, { "time", false }, { "time_local", false },
	{ "start_time", true }, { "startTime", true }, { "datetime", false }, { "date", false },
};
#define NTIMES (sizeof times / sizeof *times)

/* How long it took: these have the unit in their definition. */
static const struct {
	const char *name;
	int64_t unit;
} taken[] = {
	{ "Duration", 1 }, { "duration", FB_SECOND }, { "request_time", FB_SECOND },
	{ "duration_ms", FB_SECOND / 1000 }, { "time-taken", FB_SECOND / 1000 },
	{ "response_time", FB_SECOND },
};
#define NTAKEN (sizeof taken / sizeof *taken)

struct object {
	struct web_row *r;
	uint8_t best[FB_SYM_FIXED_COUNT]; /* 1 + place in known of the field that a symbol has */
	uint32_t field[FB_SYM_FIXED_COUNT];
	size_t time;                      /* place in times, or NTIMES */
	struct fb_slice when, request, took;
	int64_t unit;
	bool request_is_line;
};

/* Is name the whole path, or its last parts? */
static bool ends_with(struct fb_slice path, const char *name)
{
	size_t n = strlen(name);

	return path.n >= n && fb_slice_ieq(fb_slice_sub(path, path.n - n, n), fb_slice_str(name)) &&
	       (path.n == n || path.p[path.n - n - 1] == '.');
}

/* Headers of an answer and the like are somebody else's words under the same names. */
static bool foreign(struct fb_slice path)
{
	static const char *const at[] = { "resp_headers.", "response_headers.", "response.headers.",
					  "tls.", "ServiceURL.", "geoip." };

	for (size_t i = 0; i < sizeof at / sizeof *at; i++)
		if (fb_slice_find(path, fb_slice_str(at[i])) < path.n)
			return true;
	return false;
}

static size_t known_at(struct fb_slice path)
{
	size_t i = foreign(path) ? NKNOWN : 0;

	while (i < NKNOWN && !ends_with(path, known[i].name))
		i++;
	return i;
}

static void take_special(struct object *o, struct fb_slice path, struct fb_slice v)
{
	for (size_t i = 0; i < o->time; i++)
		if (fb_slice_eqs(path, times[i].name)) {
			o->time = i;
			o->when = v;
		}
	for (size_t i = 0; i < NTAKEN; i++)
		if (fb_slice_eqs(path, taken[i].name)) {
			o->took = v;
			o->unit = taken[i].unit;
		}
	if ((fb_slice_eqs(path, "request") || fb_slice_eqs(path, "request_line")) && v.n)
		o->request = v;
}

static void take_leaf(struct object *o, struct fb_slice path, size_t k, enum jsonin_kind kind,
		      struct fb_slice v)
{
	struct web_row *r = o->r;
	uint32_t sym = k < NKNOWN ? known[k].sym : 0;

	if (kind == JSONIN_TEXT || kind == JSONIN_NUMBER)
		take_special(o, path, v);
	if (kind == JSONIN_NULL || (kind == JSONIN_TEXT && v.n == 0))
		v = fb_slice(NULL, 0);
	if (sym && o->best[sym] && o->best[sym] <= k + 1) {
		sym = 0; /* a better one has it */
	} else if (sym) {
		if (o->best[sym])
			r->f[o->field[sym]].sym = 0;
		o->best[sym] = (uint8_t)(k + 1);
		o->field[sym] = r->n;
	}
	if (!sym && ends_with(path, "X-Forwarded-For") && !foreign(path))
		r->at.forwarded = r->n;
	if (sym)
		web_put(r, sym, path, v);
	else
		web_put_text(r, path, v);
}

static void on_leaf(void *user, struct fb_slice path, enum jsonin_kind kind, struct fb_slice v)
{
	struct object *o = user;
	struct web_row *r = o->r;

	if (r->n == WEB_ROW_FIELDS) {
		r->flags |= FB_EVENT_CUT;
		return;
	}
	if (!fb_utf8_valid(path)) {
		uint8_t *room = web_made_room(&r->made, path.n * 3);

		path = room ? web_clean_into(path, room) : FB_LIT("?");
	}
	take_leaf(o, path, known_at(path), kind, v);
}

/* ---- times ---- */

/* "1693840791.7564995": seconds, or by their size milli-, micro- or nanoseconds. */
static bool epoch(struct fb_slice s, fb_time *out, unsigned *digits)
{
	struct fb_slice whole = s;
	uint64_t v;
	int64_t unit = FB_SECOND, ns = 0;

	if (web_take(&s, '.', &whole)) {
		int64_t place = FB_SECOND / 10;

		for (size_t i = 0; i < s.n; i++, place /= 10) {
			if (s.p[i] < '0' || s.p[i] > '9')
				return false;
			ns += (s.p[i] - '0') * place;
		}
		*digits = s.n < 9 ? (unsigned)s.n : 9;
	} else {
		*digits = 0;
	}
	if (!fb_slice_u64(whole, &v) || whole.n < 9 || whole.n > 19)
		return false;
	if (whole.n > 11) {
		unit = whole.n > 17 ? 1 : whole.n > 14 ? 1000 : 1000000;
		*digits = whole.n > 17 ? 9 : whole.n > 14 ? 6 : 3;
		ns = 0;
	}
	return v <= INT64_MAX && !__builtin_mul_overflow((int64_t)v, unit, out) &&
	       !__builtin_add_overflow(*out, ns, out);
}

static bool has_zone(struct fb_slice s)
{
	size_t i = s.n;

	if (s.n && (s.p[s.n - 1] | 0x20) == 'z')
		return true;
	while (i > 10 && s.p[i - 1] != '+' && s.p[i - 1] != '-')
		i--;
	return i > 10;
}

static bool moment(struct fb_slice s, fb_time *out, unsigned *digits, bool *local)
{
	*local = false;
	if (epoch(s, out, digits) || web_clf_time(s, out, digits, local))
		return true;
	if (s.n < 19 || !fb_time_parse(s, out, digits))
		return false;
	*local = !has_zone(s);
	return true;
}

static void set_times(struct object *o)
{
	struct web_row *r = o->r;
	int64_t took;

	if (o->time == NTIMES || !moment(o->when, &r->time, &r->digits, &r->local)) {
		r->time = FB_TIME_NONE;
		return;
	}
	if (times[o->time].begin)
		r->start = r->time;
	else if (o->took.p && web_directive_span(o->took, o->unit, &took) &&
		 __builtin_sub_overflow(r->time, took, &r->start))
		r->start = FB_TIME_NONE;
}

/* ---- lines ---- */

static bool has(const struct object *o, uint32_t sym)
{
	return o->best[sym] != 0;
}

static bool read_line(struct object *o, struct web_row *r, struct fb_slice line)
{
	*o = (struct object){ .r = r, .time = NTIMES };
	web_row_begin(r);
	if (!jsonin_read(&r->made, line, on_leaf, o))
		return false;
	o->request_is_line = o->request.n && fb_slice_find(o->request, FB_LIT(" /")) < o->request.n &&
			     !has(o, FB_SYM_CS_METHOD);
	return true;
}

/* What the address is, in the fields that rules ask for. */
static void put_address(struct object *o)
{
	struct web_row *r = o->r;
	bool stem = has(o, FB_SYM_CS_URI_STEM), query = has(o, FB_SYM_CS_URI_QUERY);

	if (o->request_is_line) {
		web_put_request(r, o->request, false);
		return;
	}
	if (has(o, FB_SYM_C_URI) && !stem && !query && r->n + 2 <= WEB_ROW_FIELDS) {
		r->at.uri = o->field[FB_SYM_C_URI];
		r->at.stem = r->n;
		r->at.query = r->n + 1;
		r->n = web_put_split(r->f, r->n, &r->f[r->at.uri]);
	} else if (has(o, FB_SYM_C_URI) && query && !stem &&
		   !memchr(r->f[r->at.uri].v.p ? (const char *)r->f[r->at.uri].v.p : "", '?',
			   r->f[r->at.uri].v.n)) {
		/* "path" and "query" apart */
		r->at.stem = r->at.uri;
		r->f[r->at.uri].sym = FB_SYM_CS_URI_STEM;
		web_put_joined(r, r->f[r->at.stem], r->f[o->field[FB_SYM_CS_URI_QUERY]]);
	} else if (stem && !has(o, FB_SYM_C_URI)) {
		struct fb_field none = { .type = FB_V_NULL };

		web_put_joined(r, r->f[o->field[FB_SYM_CS_URI_STEM]],
			       query ? r->f[o->field[FB_SYM_CS_URI_QUERY]] : none);
	}
}

/* "192.0.2.1:39496", "[2001:db8::1]:443": the client is the address. */
static void put_client(struct object *o)
{
	struct web_row *r = o->r;
	struct fb_slice v = has(o, FB_SYM_C_IP) ? r->f[o->field[FB_SYM_C_IP]].v : fb_slice(NULL, 0);
	const uint8_t *colon = v.n ? memrchr(v.p, ':', v.n) : NULL;

	if (!colon || web_is_address(v) || r->n == WEB_ROW_FIELDS)
		return;
	v.n = (size_t)(colon - v.p);
	if (v.n > 2 && v.p[0] == '[' && v.p[v.n - 1] == ']')
		v = fb_slice_sub(v, 1, v.n - 2);
	if (!web_is_address(v))
		return;
	r->f[o->field[FB_SYM_C_IP]].sym = 0;
	WEB_PUT(r, FB_SYM_C_IP, "c-ip", v);
}

static int take_line(void *user, const struct web_line *l)
{
	struct web_row *r = user;
	struct object o;

	if (!read_line(&o, r, l->text))
		return web_row_reject(r, l, "not an object of JSON");
	put_client(&o);
	put_address(&o);
	set_times(&o);
	return web_row_end(r, l);
}

static int jsonlog_decode(const struct fb_unit *unit, struct fb_sink *sink)
{
	struct web_state st;
	struct web_row r;

	web_row_init(&r, sink, FB_LANE_WEB);
	web_state_load(&st, unit->ctx);
	return web_lines(unit, sink, &st, take_line, &r);
}

static bool is_line(struct fb_slice line, void *user)
{
	struct object o;

	if (!line.n || (line.p[0] != '{' && line.p[0] != ' ') || !read_line(&o, user, line))
		return false;
	/* A request, its answer and who asked: other programs log objects, too. */
	return (has(&o, FB_SYM_SC_STATUS) || o.request_is_line) && has(&o, FB_SYM_C_IP) &&
	       (o.request_is_line || (has(&o, FB_SYM_CS_METHOD) &&
				      (has(&o, FB_SYM_C_URI) || has(&o, FB_SYM_CS_URI_STEM))));
}

static int jsonlog_probe(struct fb_slice head, bool whole)
{
	struct fb_arena arena;
	struct fb_sink sink = { .arena = &arena };
	struct fb_syms *syms;
	struct web_row r;
	int sure;

	if (!head.n || !memchr(head.p, '{', head.n < 64 ? head.n : 64))
		return 0;
	syms = fb_syms_new();
	if (!syms)
		return 0;
	fb_arena_init(&arena, 2 * WEB_SCRATCH);
	sink.syms = syms;
	web_row_init(&r, &sink, FB_LANE_WEB);
	sure = web_probe_most(head, whole, 85, is_line, &r);
	fb_arena_dispose(&arena);
	fb_syms_free(syms);
	return sure;
}

const struct fb_format fb_format_jsonlog = {
	.name = "json-access-log",
	.title = "web server access log (JSON)",
	.lane = FB_LANE_OTHER, /* its events are requests, but their text may be escaped */
	.probe = jsonlog_probe,
	.split = web_split,
	.decode = jsonlog_decode,
	.render = web_render,
	.summarise = web_summarise,
	.json = web_json,
};
