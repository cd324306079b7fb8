#include "decode/weblog/row.h"

void web_row_init(struct web_row *r, struct fb_sink *sink, enum fb_lane lane)
{
	r->sink = sink;
	r->lane = lane;
	web_made_init(&r->made, sink);
	memset(r->shape, 0, sizeof r->shape);
	web_row_begin(r);
}

void web_row_begin(struct web_row *r)
{
	web_made_line(&r->made);
	r->at = (struct web_places){ WEB_NONE, WEB_NONE, WEB_NONE, WEB_NONE, WEB_NONE, WEB_NONE, WEB_NONE, false, true, true };
	r->computer = WEB_NONE;
	r->time = r->start = FB_TIME_NONE;
	r->digits = 0;
	r->local = false;
	r->flags = 0;
	r->n = 0;
}

static void place(struct web_row *r, uint32_t sym)
{
	switch (sym) {
	case FB_SYM_C_URI: r->at.uri = r->n; break;
	case FB_SYM_CS_URI_STEM: r->at.stem = r->n; break;
	case FB_SYM_CS_URI_QUERY: r->at.query = r->n; break;
	case FB_SYM_REFERER: r->at.referer = r->n; break;
	case FB_SYM_C_IP: r->at.client = r->n; break;
	case FB_SYM_S_COMPUTER: r->computer = r->n; break;
	default: break;
	}
}

static void add(struct web_row *r, uint32_t sym, struct fb_slice name, struct fb_slice v)
{
	bool null = !v.p || (v.n == 1 && v.p[0] == '-');

	if (r->n == WEB_ROW_FIELDS) {
		r->flags |= FB_EVENT_CUT;
		return;
	}
	place(r, sym);
	r->f[r->n++] = (struct fb_field){
		.sym = sym, .type = null ? FB_V_NULL : web_is_ansi(v) ? FB_V_ANSI : FB_V_UTF8,
		.name = name, .v = v.p ? v : fb_slice(NULL, 0),
	};
}

void web_put(struct web_row *r, uint32_t sym, struct fb_slice name, struct fb_slice v)
{
	add(r, sym, name, v);
}

void web_put_text(struct web_row *r, struct fb_slice name, struct fb_slice v)
{
	add(r, fb_syms_find(r->sink->syms, name), name, v);
}

/* ---- escapes ---- */

static const struct fb_slice none = { NULL, 0 };

static int hex(uint8_t c)
{
	uint8_t low = c | 0x20;

	return c >= '0' && c <= '9' ? c - '0' : low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
}

/* What is no escape stays. */
struct fb_slice web_unescape(struct web_row *r, struct fb_slice s, bool controls)
{
	static const char letters[] = "bnrtv", meant[] = "\b\n\r\t\v";
	uint8_t *to, *out;

	if (!s.n || !memchr(s.p, '\\', s.n) || !(to = web_made_room(&r->made, s.n)))
		return s;
	out = to;
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
	return fb_slice(to, (size_t)(out - to));
}

/* ---- the request ---- */

static bool method_chars(struct fb_slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!((s.p[i] | 0x20) >= 'a' && (s.p[i] | 0x20) <= 'z') && s.p[i] != '-' && s.p[i] != '_')
			return false;
	return s.n > 0 && s.n <= 32;
}

void web_put_uri(struct web_row *r, struct fb_slice uri)
{
	struct fb_slice stem = uri, query = none;
	const uint8_t *mark = uri.n ? memchr(uri.p, '?', uri.n) : NULL;

	if (mark) {
		stem.n = (size_t)(mark - uri.p);
		query = fb_slice_sub(uri, stem.n + 1, uri.n);
	}
	WEB_PUT(r, FB_SYM_C_URI, "c-uri", uri);
	WEB_PUT(r, FB_SYM_CS_URI_STEM, "cs-uri-stem", stem);
	WEB_PUT(r, FB_SYM_CS_URI_QUERY, "cs-uri-query", query);
}

void web_put_joined(struct web_row *r, struct fb_field stem, struct fb_field query)
{
	if (r->n == WEB_ROW_FIELDS)
		return;
	if (query.v.n && query.v.p[0] == '?') /* some log the mark, too */
		query.v = fb_slice_sub(query.v, 1, query.v.n);
	r->at.uri = r->n;
	r->f[r->n++] = (struct fb_field){
		.sym = FB_SYM_C_URI, .name = web_made_uri,
		.type = stem.type == FB_V_NULL ? FB_V_NULL : FB_V_URI,
		.v = stem.type == FB_V_NULL ? none : stem.v,
		.v2 = stem.type == FB_V_NULL || query.type == FB_V_NULL ? none : query.v,
	};
}

void web_put_request(struct web_row *r, struct fb_slice s, bool escapes)
{
	struct fb_slice uri = s, method = none, version = none;
	const uint8_t *last;

	if (web_take(&uri, ' ', &method) && method_chars(method) && uri.p && uri.n) {
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
	WEB_PUT(r, FB_SYM_CS_METHOD, "cs-method", method);
	if (method.p) {
		web_put_uri(r, escapes ? web_unescape(r, uri, true) : uri);
	} else {
		WEB_PUT(r, FB_SYM_C_URI, "c-uri", s);
		WEB_PUT(r, FB_SYM_CS_URI_STEM, "cs-uri-stem", none);
		WEB_PUT(r, FB_SYM_CS_URI_QUERY, "cs-uri-query", none);
	}
	WEB_PUT(r, FB_SYM_CS_VERSION, "cs-version", method.p ? version : none);
}

/* ---- the event ---- */

/* The names of the row's fields with a blank between, one text each for all rows that
 * have the same. */
static struct fb_slice columns_of(struct web_row *r)
{
	uint32_t h = 2166136261u;
	size_t n = 0, at;
	uint8_t *to;

	for (uint32_t i = 0; i < r->n; i++) {
		for (size_t k = 0; k < r->f[i].name.n; k++)
			h = (h ^ r->f[i].name.p[k]) * 16777619u;
		h = (h ^ ' ') * 16777619u;
		n += r->f[i].name.n + (i > 0);
	}
	at = h % WEB_SHAPES;
	if (r->shape[at].names.p && r->shape[at].hash == h && r->shape[at].names.n == n)
		return r->shape[at].names;
	if (r->shape[at].names.p)
		return none; /* two of a kind of names that the writer of the log chooses */
	to = fb_arena_get(r->sink->arena, n + 1);
	if (!to)
		return none;
	r->shape[at].hash = h;
	r->shape[at].names = fb_slice(to, n);
	for (uint32_t i = 0; i < r->n; i++) {
		if (i)
			*to++ = ' ';
		if (r->f[i].name.n)
			memcpy(to, r->f[i].name.p, r->f[i].name.n);
		to += r->f[i].name.n;
	}
	return r->shape[at].names;
}

int web_row_end(struct web_row *r, const struct web_line *l)
{
	struct fb_event ev = {
		.lane = r->lane, .offset = l->offset, .length = l->raw.n, .line = l->number,
		.fields = r->f, .raw = l->raw, .priv = l,
	};

	ev.columns = columns_of(r);
	if (r->computer != WEB_NONE && r->f[r->computer].type != FB_V_NULL)
		ev.computer = &r->f[r->computer];
	ev.clock = r->local ? FB_CLOCK_UNKNOWN : FB_CLOCK_KNOWN;
	if (r->local && r->made.hints->zoned) {
		ev.clock = fb_hints_twice(r->made.hints, r->time) ? FB_CLOCK_TWICE : FB_CLOCK_KNOWN;
		r->time = fb_hints_utc(r->made.hints, r->time);
		r->start = fb_hints_utc(r->made.hints, r->start);
		r->local = false;
	}
	ev.flags = r->flags;
	ev.time = r->time;
	ev.time_digits = (uint8_t)r->digits;
	ev.time_flags = r->local && r->time != FB_TIME_NONE ? FB_TIME_LOCAL : 0;
	for (uint32_t i = 0; i < r->n && r->made.hints->ntrusted; i++)
		if (fb_slice_ieq(r->f[i].name, FB_LIT("X-Forwarded-For")))
			r->at.forwarded = i;
	ev.nfields = web_make(&r->made, &r->at, r->f, r->n, r->start);
	fb_sink_decoded(r->sink, l->raw.n);
	return r->sink->event(r->sink, &ev);
}

int web_row_reject(struct web_row *r, const struct web_line *l, const char *what)
{
	fb_sink_rejected(r->sink, l->offset, l->raw.n, l->cut ? FB_WHY_TRUNCATED : FB_WHY_BAD_LINE,
			 l->cut ? "the log ends within a line" : what);
	return 0;
}

/* ---- small things ---- */

bool web_take(struct fb_slice *s, uint8_t end, struct fb_slice *out)
{
	const uint8_t *at = s->n ? memchr(s->p, end, s->n) : NULL;

	if (!at)
		return false;
	*out = fb_slice(s->p, (size_t)(at - s->p));
	*s = fb_slice_sub(*s, out->n + 1, s->n);
	return true;
}

bool web_number(struct fb_slice s, size_t at, size_t n, unsigned *out)
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

bool web_month(struct fb_slice s, unsigned *out)
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

bool web_clf_time(struct fb_slice s, fb_time *out, unsigned *digits, bool *local)
{
	unsigned day, mon, year, h, m, sec, zh, zm, frac = 0, n = 0;
	uint32_t ns = 0;
	fb_time t, shift;
	size_t at = 20;

	if (s.n < 20 || s.p[2] != '/' || s.p[6] != '/' || s.p[11] != ':' || s.p[14] != ':' ||
	    s.p[17] != ':' || !web_number(s, 0, 2, &day) || !web_month(fb_slice_sub(s, 3, 3), &mon) ||
	    !web_number(s, 7, 4, &year) || !web_number(s, 12, 2, &h) || !web_number(s, 15, 2, &m) ||
	    !web_number(s, 18, 2, &sec))
		return false;
	if (s.n > at && (s.p[at] == '.' || s.p[at] == ',')) {
		while (n < 9 && web_number(s, at + 1 + n, 1, &frac)) {
			ns = ns * 10 + frac;
			n++;
		}
		if (n == 0)
			return false;
		at += 1 + n;
		for (unsigned i = n; i < 9; i++)
			ns *= 10;
	}
	t = fb_time_from_parts(year, mon, day, h, m, sec, ns);
	if (t == FB_TIME_NONE)
		return false;
	*local = at == s.n;
	*digits = n;
	*out = t;
	if (*local)
		return true;
	if (s.n - at != 6 || s.p[at] != ' ' || (s.p[at + 1] != '+' && s.p[at + 1] != '-') ||
	    !web_number(s, at + 2, 2, &zh) || !web_number(s, at + 4, 2, &zm) || zh > 23 || zm > 59)
		return false;
	shift = (fb_time)(zh * 60 + zm) * 60 * FB_SECOND;
	return !(s.p[at + 1] == '-' ? __builtin_add_overflow(t, shift, out)
				    : __builtin_sub_overflow(t, shift, out));
}
