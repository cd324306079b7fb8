/* W3C extended log format, as IIS and HTTP.sys write it: docs/formats/iis-w3c.md. */
#include "decode/formats.h"
#include "decode/weblog/made.h"

#include <stdio.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* IIS 8 to 10 write these where nobody chose others. */
static const char default_fields[] =
	"date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip "
	"cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken";
#define DEFAULT_COLUMNS 15

struct w3c {
	struct fb_sink *sink;
	enum fb_lane lane;
	struct web_state st;
	uint32_t ncols;      /* 0: no #Fields yet */
	uint32_t nfields;    /* ncols, and what is made of stem and query, or of the address */
	uint32_t date, time, computer, taken, scheme, host, port, status, substatus, reason; /* columns, or WEB_NONE */
	struct web_places at;
	bool joins, splits;  /* c-uri is made, or it is there alone */
	bool high;           /* the line may have bytes that are not ASCII */
	struct web_made made;
	bool by_default;     /* ncols are IIS's own, because nothing said otherwise */
	uint8_t last_date[10]; /* most lines have the date of the line before */
	fb_time last_day;
	struct fb_field f[FB_W3C_COLUMNS_MAX + 2 + WEB_MADE_MAX];
	uint32_t blank[FB_W3C_COLUMNS_MAX + 16]; /* of blanks in the line */
};

/* ---- columns ---- */

/* What the taxonomy calls otherwise: "cs-uri" of HTTP.sys, and the columns of proxies. */
static const struct {
	const char *column;
	uint32_t sym;
} called[] = {
	{ "cs-uri", FB_SYM_C_URI },          { "cs-uri-path", FB_SYM_CS_URI_STEM },
	{ "c-agent", FB_SYM_USER_AGENT },    { "s-operation", FB_SYM_CS_METHOD },
	{ "r-host", FB_SYM_CS_HOST },
};

/* "cs(User-Agent)" is the taxonomy's cs-user-agent, "cs-uri" its c-uri; a header that a
 * rule names without its prefix ("X-Forwarded-For") is found, too. */
static uint32_t sym_of(const struct fb_syms *syms, struct fb_slice name)
{
	uint32_t sym = fb_syms_find(syms, name);
	const uint8_t *open = name.n ? memchr(name.p, '(', name.n) : NULL;
	char flat[128];

	for (size_t i = 0; i < sizeof called / sizeof *called; i++)
		if (fb_slice_ieq(name, fb_slice_str(called[i].column)))
			return called[i].sym;
	if (open && name.p[name.n - 1] == ')' && name.n < sizeof flat) {
		size_t prefix = (size_t)(open - name.p);
		struct fb_slice header = fb_slice_sub(name, prefix + 1, name.n - prefix - 2);
		uint32_t dashed;

		(void)snprintf(flat, sizeof flat, "%.*s-%.*s", (int)prefix, (const char *)name.p,
			       (int)header.n, (const char *)header.p);
		dashed = fb_syms_find(syms, fb_slice_str(flat));
		if (dashed)
			return dashed;
		if (!sym)
			sym = fb_syms_find(syms, header);
	}
	return sym;
}

static bool blank(uint8_t c)
{
	return c == ' ' || c == '\t';
}

static bool next_word(struct fb_slice *s, struct fb_slice *word)
{
	size_t n = 0;

	while (s->n && blank(s->p[0]))
		*s = fb_slice_sub(*s, 1, s->n);
	while (n < s->n && !blank(s->p[n]))
		n++;
	*word = fb_slice_sub(*s, 0, n);
	*s = fb_slice_sub(*s, n, s->n);
	return n > 0;
}

static void place_column(struct w3c *w, struct fb_slice word, uint32_t n)
{
	static const struct {
		const char *name;
		size_t at;
	} known[] = {
#define AT(name, member) { name, offsetof(struct w3c, member) }
		AT("date", date), AT("time", time), AT("time-taken", taken), AT("cs-uri-scheme", scheme),
		AT("cs-uri-port", port), AT("sc-status", status), AT("sc-substatus", substatus), AT("s-reason", reason), AT("X-Forwarded-For", at.forwarded),
		AT("cs(X-Forwarded-For)", at.forwarded),
#undef AT
	};
	static const struct {
		uint32_t sym;
		size_t at;
	} syms[] = {
#define AT(sym, member) { sym, offsetof(struct w3c, member) }
		AT(FB_SYM_CS_URI_STEM, at.stem), AT(FB_SYM_CS_URI_QUERY, at.query),
		AT(FB_SYM_C_URI, at.uri), AT(FB_SYM_REFERER, at.referer), AT(FB_SYM_C_IP, at.client),
		AT(FB_SYM_S_COMPUTER, computer), AT(FB_SYM_CS_HOST, host), AT(FB_SYM_USER_AGENT, at.agent),
#undef AT
	};

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (fb_slice_ieq(word, fb_slice_str(known[i].name)))
			*(uint32_t *)(void *)((uint8_t *)w + known[i].at) = n;
	for (size_t i = 0; i < sizeof syms / sizeof *syms; i++)
		if (w->f[n].sym == syms[i].sym)
			*(uint32_t *)(void *)((uint8_t *)w + syms[i].at) = n;
}

/* The column map of a #Fields line; nothing is known where it cannot be one. Returns a
 * word on what is wrong with it. */
static const char *map_columns(struct w3c *w, struct fb_slice fields)
{
	struct fb_slice word, first = { NULL, 0 };
	uint32_t n = 0;

	w->ncols = w->nfields = 0;
	w->by_default = false;
	w->date = w->time = w->computer = w->taken = w->scheme = w->host = w->port = WEB_NONE;
	w->status = w->substatus = w->reason = WEB_NONE;
	w->at = (struct web_places){ WEB_NONE, WEB_NONE, WEB_NONE, WEB_NONE, WEB_NONE, WEB_NONE, WEB_NONE, true, false, true };
	while (next_word(&fields, &word)) {
		if (n == FB_W3C_COLUMNS_MAX)
			return "#Fields names more columns than are read";
		if (n == 0)
			first = word;
		w->f[n] = (struct fb_field){ .sym = sym_of(w->sink->syms, word),
					     .name = web_clean_name(w->sink->arena, word) };
		place_column(w, word, n);
		n++;
	}
	if (n == 0)
		return "#Fields names no columns";
	if (n == 1 && memchr(first.p, ',', first.n))
		return "#Fields is not separated by blanks";
	w->ncols = w->nfields = n;
	w->joins = w->at.stem != WEB_NONE;
	w->splits = !w->joins && w->at.uri != WEB_NONE;
	if (w->splits) {
		w->at.stem = n; /* what is made of the address */
		if (w->at.query == WEB_NONE)
			w->at.query = n + 1;
		w->at.stem_decoded = false;
	}
	if (w->joins)
		w->at.uri = w->nfields++;
	return NULL;
}

/* ---- lines ---- */

/* Positions of the blanks of s into at, at most max; returns how many there are. *high:
 * there may be bytes that are not ASCII; *escapes: a '%'. */
static uint32_t find_blanks(struct fb_slice s, size_t readable, uint32_t *at, uint32_t max, bool *high,
			    bool *escapes)
{
	uint32_t n = 0;
	size_t i = 0;

#ifdef __SSE2__
	const __m128i b = _mm_set1_epi8(' ');
	const __m128i percent = _mm_set1_epi8('%');
	__m128i all = _mm_setzero_si128(), any = _mm_setzero_si128();

	/* at has room for one block beyond max */
	for (; i < s.n && readable - i >= 16; i += 16) {
		__m128i v = _mm_loadu_si128((const __m128i *)(const void *)(s.p + i));
		unsigned m = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(v, b));

		all = _mm_or_si128(all, v);
		any = _mm_or_si128(any, _mm_cmpeq_epi8(v, percent));
		if (s.n - i < 16)
			m &= (1u << (s.n - i)) - 1;
		if (n > max) {
			n += (uint32_t)__builtin_popcount(m);
			continue;
		}
		for (; m; m &= m - 1)
			at[n++] = (uint32_t)i + (uint32_t)__builtin_ctz(m);
	}
	*high = _mm_movemask_epi8(all) != 0;
	*escapes = _mm_movemask_epi8(any) != 0;
#else
	(void)readable;
	*high = *escapes = false;
#endif
	for (; i < s.n; i++) {
		*high = *high || s.p[i] >= 0x80;
		*escapes = *escapes || s.p[i] == '%';
		if (s.p[i] != ' ')
			continue;
		if (n <= max)
			at[n] = (uint32_t)i;
		n++;
	}
	return n;
}

static void set_value(struct fb_field *f, const uint8_t *p, size_t n)
{
	f->v = fb_slice(p, n);
	f->type = n == 1 && *p == '-' ? FB_V_NULL : FB_V_UTF8;
}

/* What others than IIS write, tried where single blanks do not give the columns: tabs;
 * runs of blanks (Exchange logs a name with a blank in front); values in quotes. */
static bool fit_tabs(struct w3c *w, struct fb_slice s)
{
	if (w->ncols == 1)
		return false; /* without a tab nothing says that it is one column */
	for (uint32_t i = 0; i < w->ncols; i++) {
		const uint8_t *tab = s.n ? memchr(s.p, '\t', s.n) : NULL;
		size_t n = tab ? (size_t)(tab - s.p) : s.n;

		if (!tab != (i == w->ncols - 1))
			return false;
		set_value(&w->f[i], s.p, n);
		s = fb_slice_sub(s, n + 1, s.n);
	}
	return true;
}

static bool fit_words(struct w3c *w, struct fb_slice s, bool quotes)
{
	uint32_t n = 0;

	for (;;) {
		const uint8_t *end = NULL;
		size_t len;

		while (s.n && blank(s.p[0]))
			s = fb_slice_sub(s, 1, s.n);
		if (s.n == 0)
			return n == w->ncols;
		if (n == w->ncols)
			return false;
		if (quotes && s.p[0] == '"' && s.n > 1)
			end = memchr(s.p + 1, '"', s.n - 1);
		if (end) {
			len = (size_t)(end - s.p) - 1;
			if (len + 2 < s.n && !blank(s.p[len + 2]))
				return false;
			set_value(&w->f[n++], s.p + 1, len);
			s = fb_slice_sub(s, len + 2, s.n);
			continue;
		}
		for (len = 0; len < s.n && !blank(s.p[len]); len++)
			;
		set_value(&w->f[n++], s.p, len);
		s = fb_slice_sub(s, len, s.n);
	}
}

/* The values of the line into w->f. */
static bool fit(struct w3c *w, const struct web_line *l, uint32_t *found)
{
	uint32_t n = find_blanks(l->text, l->readable, w->blank, w->ncols, &w->high,
			       &w->at.escapes);
	size_t from = 0;

	*found = n + 1;
	if (n + 1 != w->ncols)
		return fit_tabs(w, l->text) || fit_words(w, l->text, false) ||
		       fit_words(w, l->text, true);
	/* As many blanks by chance, in values that tabs part. */
	if (n && memchr(l->text.p, '\t', w->blank[0]) && fit_tabs(w, l->text))
		return true;
	for (uint32_t i = 0; i < n; i++) {
		set_value(&w->f[i], l->text.p + from, w->blank[i] - from);
		from = (size_t)w->blank[i] + 1;
	}
	set_value(&w->f[n], l->text.p + from, l->text.n - from);
	return true;
}

/* ---- time ---- */

static bool two(const uint8_t *p, unsigned *out)
{
	unsigned a = p[0] - '0', b = p[1] - '0';

	*out = a * 10 + b;
	return a < 10 && b < 10;
}

/* Midnight of "2025-07-18". */
static fb_time day_of(struct fb_slice s)
{
	unsigned c, y, m, d;

	if (s.n != 10 || s.p[4] != '-' || s.p[7] != '-' || !two(s.p, &c) || !two(s.p + 2, &y) ||
	    !two(s.p + 5, &m) || !two(s.p + 8, &d))
		return FB_TIME_NONE;
	return fb_time_from_parts(c * 100 + y, m, d, 0, 0, 0, 0);
}

/* "09:14:02", "9:14:02", "09:14:02.123" after midnight, in ns; false: not a time. */
static bool time_of(struct fb_slice s, fb_time *out, unsigned *digits)
{
	unsigned h, m, sec;
	uint32_t ns = 0;
	uint8_t padded[8];

	if (s.n >= 7 && s.p[1] == ':') {
		padded[0] = '0';
		memcpy(padded + 1, s.p, 7);
		if (s.n != 7)
			return false;
		s = fb_slice(padded, 8);
	}
	if (s.n < 8 || s.p[2] != ':' || s.p[5] != ':' || !two(s.p, &h) || !two(s.p + 3, &m) ||
	    !two(s.p + 6, &sec) || h > 23 || m > 59 || sec > 60)
		return false;
	*digits = 0;
	if (s.n > 8) {
		uint32_t unit = 100000000;

		if (s.p[8] != '.' || s.n == 9 || s.n > 18)
			return false;
		for (size_t i = 9; i < s.n; i++, unit /= 10) {
			if (s.p[i] < '0' || s.p[i] > '9')
				return false;
			ns += (uint32_t)(s.p[i] - '0') * unit;
		}
		*digits = (unsigned)s.n - 9;
	}
	if (sec == 60)
		sec = 59; /* as base/time.h takes it */
	*out = (fb_time)((h * 60 + m) * 60 + sec) * FB_SECOND + ns;
	return true;
}

static const struct fb_field *column(const struct w3c *w, uint32_t i)
{
	return i != WEB_NONE && w->f[i].type != FB_V_NULL ? &w->f[i] : NULL;
}

/* Why HTTP.sys answered itself, of httperr*.log: what no code of a site saw. A pool that died over a request is none of these. */
static const char *const in_front[] = { "BadRequest", "EntityTooLarge", "FieldLength", "Forbidden", "Header", "Hostname",
	"Invalid_CR/LF", "LengthRequired", "RequestLength", "URL", "URL_Length", "Verb", "Version_N/S", "AppOffline",
	"Disabled", "QueueFull", NULL };

/* Request filtering is the first module that sees a request: 404 with 5 to 19. Any other status the page may have chosen
 * (or NTLM, which begins with two 401). */
static bool is_refused(const struct w3c *w)
{
	const struct fb_field *status = column(w, w->status), *sub = column(w, w->substatus), *reason = column(w, w->reason);
	uint64_t n;

	for (size_t i = 0; reason && in_front[i]; i++)
		if (fb_slice_eqs(reason->v, in_front[i]))
			return true;
	return status && sub && fb_slice_eqs(status->v, "404") && fb_slice_u64(sub->v, &n) && n >= 5 && n <= 19;
}

/* false: the columns that should say it do not. */
static bool set_time(struct w3c *w, struct fb_event *ev)
{
	const struct fb_field *date = column(w, w->date), *time = column(w, w->time);
	fb_time day = w->st.day, since;
	unsigned digits;

	ev->time = FB_TIME_NONE;
	if (w->time == WEB_NONE || (w->date == WEB_NONE && day == FB_TIME_NONE))
		return true; /* the log has none */
	if (date) {
		if (date->v.n != 10)
			return false;
		if (memcmp(date->v.p, w->last_date, 10) != 0) {
			w->last_day = day_of(date->v);
			memcpy(w->last_date, date->v.p, 10);
		}
		day = w->last_day;
	} else if (w->date != WEB_NONE) {
		return false;
	}
	if (!time || day == FB_TIME_NONE || !time_of(time->v, &since, &digits) ||
	    __builtin_add_overflow(day, since, &since))
		return false;
	ev->time = since;
	ev->time_digits = (uint8_t)digits;
	return true;
}

/* ---- without #Fields ---- */

static bool digits(struct fb_slice s, size_t least, size_t most)
{
	uint64_t v;

	return s.n >= least && s.n <= most && fb_slice_u64(s, &v);
}

/* Is it a line of IIS's default columns, beyond doubt? */
static bool fits_default(struct fb_slice line)
{
	struct fb_slice v[DEFAULT_COLUMNS];
	fb_time t;
	unsigned n;

	for (size_t i = 0; i < DEFAULT_COLUMNS; i++) {
		const uint8_t *end = line.n ? memchr(line.p, ' ', line.n) : NULL;

		if (!end != (i == DEFAULT_COLUMNS - 1))
			return false;
		v[i] = fb_slice_sub(line, 0, end ? (size_t)(end - line.p) : line.n);
		if (v[i].n == 0)
			return false;
		line = fb_slice_sub(line, v[i].n + 1, line.n);
	}
	for (size_t i = 0; i < v[3].n; i++)
		if (!((v[3].p[i] >= 'A' && v[3].p[i] <= 'Z') || v[3].p[i] == '_'))
			return false;
	return day_of(v[0]) != FB_TIME_NONE && time_of(v[1], &t, &n) && web_is_address(v[2]) &&
	       (v[4].p[0] == '/' || v[4].p[0] == '*') && digits(v[6], 1, 5) &&
	       web_is_address(v[8]) && digits(v[11], 3, 3) && digits(v[12], 1, 10) &&
	       digits(v[13], 1, 10) && digits(v[14], 1, 20);
}

static int reject(struct w3c *w, const struct web_line *l, enum fb_why why, const char *text)
{
	fb_sink_rejected(w->sink, l->offset, l->raw.n, why, text);
	return 0;
}

/* ---- decode ---- */

static int take_directive(struct w3c *w, const struct web_line *l)
{
	struct fb_slice before = w->st.fields;
	const char *wrong = NULL;

	web_state_directive(&w->st, l->text);
	if (w->st.fields.p != before.p || w->st.fields.n != before.n)
		wrong = map_columns(w, w->st.fields);
	fb_sink_decoded(w->sink, l->raw.n);
	if (wrong)
		fb_sink_remark(w->sink, l->offset, l->raw.n,
			       l->text.n > FB_W3C_FIELDS_MAX ? FB_WHY_LIMIT : FB_WHY_BAD_HEADER,
			       wrong);
	return 0;
}

/* Values that are no UTF-8 are of a server that logs in its code page. */
static void set_ansi(struct w3c *w)
{
	for (uint32_t i = 0; i < w->ncols; i++)
		if (w->f[i].type == FB_V_UTF8 && web_is_ansi(w->f[i].v))
			w->f[i].type = FB_V_ANSI;
}

/* scheme://host:port, of a proxy that logs them apart. */
static size_t put_origin(const struct w3c *w, uint8_t *to, size_t room)
{
	const struct fb_field *scheme = column(w, w->scheme), *host = column(w, w->host),
			      *port = column(w, w->port);
	struct fb_slice part[5] = { { NULL, 0 } };
	size_t n = 0;

	if (!scheme || !host)
		return 0;
	part[0] = scheme->v;
	part[1] = FB_LIT("://");
	part[2] = host->v;
	if (port && !fb_slice_eqs(port->v, "80") && !fb_slice_eqs(port->v, "443") &&
	    !fb_slice_eqs(port->v, "0")) {
		part[3] = FB_LIT(":");
		part[4] = port->v;
	}
	for (size_t i = 0; i < 5 && room - n >= part[i].n; i++) {
		if (part[i].n)
			memcpy(to + n, part[i].p, part[i].n);
		n += part[i].n;
	}
	return n;
}

/* The address in one piece of its own, where its parts do not lie in the line as they
 * are in it. false: they may be taken from there. */
static bool join_uri(struct w3c *w, struct fb_field *uri, const struct fb_field *stem,
		     const struct fb_field *query)
{
	size_t room = stem->v.n + (query ? query->v.n + 1 : 0), n = 0;
	bool proxied = w->scheme != WEB_NONE && w->host != WEB_NONE;
	uint8_t *to;

	if (stem->type != FB_V_ANSI && !(query && query->type == FB_V_ANSI) && !proxied)
		return false;
	if (proxied)
		room += w->f[w->scheme].v.n + w->f[w->host].v.n + 4 +
			(w->port != WEB_NONE ? w->f[w->port].v.n : 0);
	to = web_made_room(&w->made, room);
	if (!to)
		return false;
	if (proxied)
		n = put_origin(w, to, room);
	memcpy(to + n, stem->v.p, stem->v.n);
	n += stem->v.n;
	if (query) {
		if (query->v.p[0] != '?') /* some proxies log the mark, too */
			to[n++] = '?';
		memcpy(to + n, query->v.p, query->v.n);
		n += query->v.n;
	}
	uri->v = fb_slice(to, n);
	uri->v2 = fb_slice(NULL, 0);
	uri->type = web_is_ansi(uri->v) ? FB_V_ANSI : FB_V_UTF8;
	return true;
}

static void set_uri(struct w3c *w)
{
	const struct fb_field *stem = column(w, w->at.stem), *query = column(w, w->at.query);
	struct fb_field *uri = &w->f[w->ncols];

	if (!w->joins)
		return;
	uri->sym = FB_SYM_C_URI;
	uri->name = web_made_uri;
	query = query && query->v.n ? query : NULL;
	if (stem && join_uri(w, uri, stem, query))
		return;
	uri->type = stem ? FB_V_URI : FB_V_NULL;
	uri->v = stem ? stem->v : fb_slice(NULL, 0);
	uri->v2 = stem && query ? query->v : fb_slice(NULL, 0);
}

/* What is made of the line; returns how many fields there are. */
static uint32_t make_fields(struct w3c *w, fb_time time)
{
	const struct fb_field *taken = column(w, w->taken);
	uint32_t n = w->nfields;

	if (w->splits)
		n = web_put_split(w->f, n, &w->f[w->at.uri]);
	return web_make(&w->made, &w->at, w->f, n,
			taken && w->made.start ? web_start(time, taken, FB_SECOND / 1000) : FB_TIME_NONE);
}

static int take_line(void *user, const struct web_line *l)
{
	struct w3c *w = user;
	struct fb_event ev;
	uint32_t found;
	char why[96];

	if (l->text.p[0] == '#')
		return take_directive(w, l);
	if (w->ncols == 0 || w->by_default) {
		if (!fits_default(l->text))
			return reject(w, l, FB_WHY_NO_FIELDS, "no #Fields line before it");
		if (!w->by_default) {
			(void)map_columns(w, FB_LIT(default_fields));
			w->by_default = true;
			fb_sink_remark(w->sink, l->offset, l->raw.n, FB_WHY_NO_FIELDS,
				       "no #Fields before this line and those after it: read as "
				       "the default columns of IIS");
		}
	}
	if (!fit(w, l, &found)) {
		if (l->cut && found < w->ncols)
			return reject(w, l, FB_WHY_TRUNCATED, "the log ends within a line");
		(void)snprintf(why, sizeof why, "%u columns where #Fields names %u", found, w->ncols);
		return reject(w, l, FB_WHY_BAD_LINE, why);
	}
	web_made_line(&w->made);
	if (w->high)
		set_ansi(w);
	set_uri(w);
	ev = (struct fb_event){
		.lane = w->lane,
		.offset = l->offset,
		.length = l->raw.n,
		.line = l->number,
		.computer = column(w, w->computer),
		.fields = w->f,
		.raw = l->raw,
		.columns = w->by_default ? FB_LIT(default_fields) : w->st.fields,
		.priv = l,
	};
	if (!set_time(w, &ev))
		fb_sink_remark(w->sink, l->offset, l->raw.n, FB_WHY_BAD_VALUE,
			       "date and time are not one");
	if (is_refused(w))
		ev.flags |= FB_EVENT_REFUSED;
	ev.nfields = make_fields(w, ev.time);
	fb_sink_decoded(w->sink, l->raw.n);
	return w->sink->event(w->sink, &ev);
}

static int decode_as(const struct fb_unit *unit, struct fb_sink *sink, enum fb_lane lane)
{
	struct w3c w;

	w.sink = sink;
	w.lane = lane;
	web_made_init(&w.made, sink);
	web_state_load(&w.st, unit->ctx);
	memset(w.last_date, 0, sizeof w.last_date);
	w.last_day = FB_TIME_NONE;
	(void)map_columns(&w, w.st.fields);
	return web_lines(unit, sink, &w.st, take_line, &w);
}

static int w3c_decode(const struct fb_unit *unit, struct fb_sink *sink)
{
	return decode_as(unit, sink, FB_LANE_WEB);
}

static int proxy_decode(const struct fb_unit *unit, struct fb_sink *sink)
{
	return decode_as(unit, sink, FB_LANE_PROXY);
}

/* ---- probe ---- */

/* Columns that only web servers log: other Windows logs (the firewall's) have a #Fields
 * line, too, and local time. */
static bool web_columns(struct fb_slice fields)
{
	static const char *const begins[] = { "cs-", "cs(", "sc-", "sc(", "c-ip", "s-reason" };
	struct fb_slice word;

	while (next_word(&fields, &word))
		for (size_t i = 0; i < sizeof begins / sizeof *begins; i++)
			if (fb_slice_ieq(fb_slice_sub(word, 0, strlen(begins[i])),
					 fb_slice_str(begins[i])))
				return true;
	return false;
}

static bool starts(struct fb_slice line, const char *with)
{
	return fb_slice_ieq(fb_slice_sub(line, 0, strlen(with)), fb_slice_str(with));
}

/* Columns that only proxies log, which ask other servers for their own people. */
static bool proxy_columns(struct fb_slice fields)
{
	static const char *const names[] = {
		"cs-uri-scheme", "r-host", "r-ip", "r-dns", "s-hierarchy", "s-supplier-name",
		"cs-mime-type", "rs(Content-Type)", "sc-filter-result", "x-exception-id",
	};
	struct fb_slice word;

	while (next_word(&fields, &word))
		for (size_t i = 0; i < sizeof names / sizeof *names; i++)
			if (fb_slice_ieq(word, fb_slice_str(names[i])))
				return true;
	return false;
}

/* Directives at the front. */
static int probe_head(struct fb_slice head, bool whole)
{
	static const char *const known[] = { "#Software:", "#Version:", "#Date:", "#Fields:",
					     "#Start-Date:", "#End-Date:", "#Remark:" };
	bool ours = false;
	struct fb_slice line;

	while (web_probe_line(&head, whole, &line) && line.n && line.p[0] == '#') {
		bool directive = false;

		for (size_t i = 0; i < sizeof known / sizeof *known; i++)
			directive = directive || starts(line, known[i]);
		if (!directive)
			return 0;
		if (starts(line, "#Fields:"))
			return web_columns(fb_slice_sub(line, 8, line.n)) ? 100 : 0;
		ours = ours || starts(line, "#Software: Microsoft Internet Information Services") ||
		       starts(line, "#Software: Microsoft HTTP");
	}
	return ours ? 100 : 0;
}

/* Lines before the first #Fields, or without any: a log cut at its front. */
static int probe_lines(struct fb_slice head, bool whole)
{
	struct fb_slice line, rest = head;
	size_t at = fb_slice_find(head, FB_LIT("\n#Fields:"));
	unsigned n = 0, prec;
	bool all = true;
	fb_time t;

	while (all && n < 8 && web_probe_line(&rest, whole, &line) && line.n && line.p[0] != '#') {
		all = fits_default(line);
		n++;
	}
	if (n && all)
		return 60;
	line = fb_slice_sub(head, 0, 19);
	if (at == head.n || (day_of(fb_slice_sub(line, 0, 10)) == FB_TIME_NONE &&
			     !time_of(fb_slice_sub(line, 0, 8), &t, &prec)))
		return 0;
	rest = fb_slice_sub(head, at + 1, head.n);
	return web_probe_line(&rest, whole, &line) && web_columns(fb_slice_sub(line, 8, line.n))
		       ? 70 : 0;
}

/* Of a proxy: by the first #Fields. */
static bool is_proxy(struct fb_slice text)
{
	size_t at = fb_slice_find(text, FB_LIT("#Fields:"));
	struct fb_slice rest = fb_slice_sub(text, at, text.n), line;

	return web_probe_line(&rest, true, &line) && proxy_columns(fb_slice_sub(line, 8, line.n));
}

static int probe_as(struct fb_slice head, bool whole, bool proxy)
{
	uint8_t room[FB_PROBE_MAX / 2 * 3];
	struct fb_slice text = web_probe_text(head, room);

	while (text.n && text.p[0] == 0)
		text = fb_slice_sub(text, 1, text.n);
	if (text.n == 0 || is_proxy(text) != proxy)
		return 0;
	return text.p[0] == '#' ? probe_head(text, whole) : probe_lines(text, whole);
}

static int w3c_probe(struct fb_slice head, bool whole)
{
	return probe_as(head, whole, false);
}

static int proxy_probe(struct fb_slice head, bool whole)
{
	return probe_as(head, whole, true);
}

const struct fb_format fb_format_proxy = {
	.name = "proxy-w3c",
	.title = "proxy log (W3C extended)",
	.lane = FB_LANE_PROXY,
	.as_written = true,
	.probe = proxy_probe,
	.split = web_split,
	.decode = proxy_decode,
	.render = web_render,
	.summarise = web_summarise,
	.json = web_json,
};

const struct fb_format fb_format_w3c = {
	.name = "iis-w3c",
	.title = "web server log (W3C extended)",
	.lane = FB_LANE_WEB,
	.as_written = true,
	.probe = w3c_probe,
	.split = web_split,
	.decode = w3c_decode,
	.render = web_render,
	.summarise = web_summarise,
	.json = web_json,
};
