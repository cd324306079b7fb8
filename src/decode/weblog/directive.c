#include "decode/weblog/directive.h"

#include "decode/weblog/row.h"

/* ---- words of both ---- */

static const struct {
	char letter;
	enum web_what what;
	uint32_t sym;
	const char *name;
	int64_t unit;
} letters[] = {
	{ 'a', WEB_P_TEXT, FB_SYM_C_IP, "c-ip", 0 },
	{ 'h', WEB_P_TEXT, FB_SYM_C_IP, "c-ip", 0 },
	{ 'A', WEB_P_TEXT, FB_SYM_S_IP, "s-ip", 0 },
	{ 'B', WEB_P_TEXT, FB_SYM_SC_BYTES, "sc-bytes", 0 },
	{ 'b', WEB_P_TEXT, FB_SYM_SC_BYTES, "sc-bytes", 0 },
	{ 'D', WEB_P_TAKEN, 0, "time-taken-us", FB_SECOND / 1000000 },
	{ 'f', WEB_P_TEXT, 0, "filename", 0 },
	{ 'H', WEB_P_TEXT, FB_SYM_CS_VERSION, "cs-version", 0 },
	{ 'I', WEB_P_TEXT, FB_SYM_CS_BYTES, "cs-bytes", 0 },
	{ 'k', WEB_P_TEXT, 0, "keepalives", 0 },
	{ 'l', WEB_P_TEXT, 0, "ident", 0 },
	{ 'L', WEB_P_TEXT, 0, "log-id", 0 },
	{ 'm', WEB_P_TEXT, FB_SYM_CS_METHOD, "cs-method", 0 },
	{ 'O', WEB_P_TEXT, FB_SYM_SC_BYTES, "sc-bytes", 0 },
	{ 'p', WEB_P_TEXT, FB_SYM_S_PORT, "s-port", 0 },
	{ 'P', WEB_P_TEXT, 0, "pid", 0 },
	{ 'q', WEB_P_QUERY, FB_SYM_CS_URI_QUERY, "cs-uri-query", 0 },
	{ 'r', WEB_P_REQUEST, 0, "request", 0 },
	{ 'R', WEB_P_TEXT, 0, "handler", 0 },
	{ 's', WEB_P_STATUS, FB_SYM_SC_STATUS, "sc-status", 0 },
	{ 't', WEB_P_TIME, 0, "time", 0 },
	{ 'T', WEB_P_TAKEN, 0, "time-taken-s", FB_SECOND },
	{ 'u', WEB_P_TEXT, FB_SYM_CS_USERNAME, "cs-username", 0 },
	{ 'U', WEB_P_TEXT, FB_SYM_CS_URI_STEM, "cs-uri-stem", 0 },
	{ 'v', WEB_P_TEXT, FB_SYM_CS_HOST, "cs-host", 0 },
	{ 'V', WEB_P_TEXT, FB_SYM_CS_HOST, "cs-host", 0 },
	{ 'X', WEB_P_TEXT, 0, "connection", 0 },
	{ 'S', WEB_P_TEXT, 0, "transferred", 0 },
};

static const struct {
	const char *name;
	uint32_t sym;
} headers[] = {
	{ "Referer", FB_SYM_REFERER }, { "User-Agent", FB_SYM_USER_AGENT },
	{ "Cookie", FB_SYM_CS_COOKIE }, { "Host", FB_SYM_CS_HOST },
};

static const struct {
	const char *name;
	enum web_what what;
	uint32_t sym;
	const char *ours;
	int64_t unit;
} variables[] = {
	{ "remote_addr", WEB_P_TEXT, FB_SYM_C_IP, "c-ip", 0 },
	{ "remote_user", WEB_P_TEXT, FB_SYM_CS_USERNAME, "cs-username", 0 },
	{ "time_local", WEB_P_TIME, 0, "", 0 },
	{ "time_iso8601", WEB_P_TIME, 0, "iso", 0 },
	{ "msec", WEB_P_TIME, 0, "epoch", 0 },
	{ "request", WEB_P_REQUEST, 0, "request", 0 },
	{ "request_method", WEB_P_TEXT, FB_SYM_CS_METHOD, "cs-method", 0 },
	{ "request_uri", WEB_P_URI, FB_SYM_C_URI, "c-uri", 0 },
	{ "uri", WEB_P_TEXT, FB_SYM_CS_URI_STEM, "cs-uri-stem", 0 },
	{ "document_uri", WEB_P_TEXT, FB_SYM_CS_URI_STEM, "cs-uri-stem", 0 },
	{ "args", WEB_P_QUERY, FB_SYM_CS_URI_QUERY, "cs-uri-query", 0 },
	{ "query_string", WEB_P_QUERY, FB_SYM_CS_URI_QUERY, "cs-uri-query", 0 },
	{ "status", WEB_P_STATUS, FB_SYM_SC_STATUS, "sc-status", 0 },
	{ "body_bytes_sent", WEB_P_TEXT, FB_SYM_SC_BYTES, "sc-bytes", 0 },
	{ "bytes_sent", WEB_P_TEXT, FB_SYM_SC_BYTES, "sc-bytes", 0 },
	{ "request_length", WEB_P_TEXT, FB_SYM_CS_BYTES, "cs-bytes", 0 },
	{ "request_time", WEB_P_TAKEN, 0, "time-taken-s", FB_SECOND },
	{ "http_referer", WEB_P_TEXT, FB_SYM_REFERER, "cs-referer", 0 },
	{ "http_user_agent", WEB_P_TEXT, FB_SYM_USER_AGENT, "cs-user-agent", 0 },
	{ "http_cookie", WEB_P_TEXT, FB_SYM_CS_COOKIE, "cs-cookie", 0 },
	{ "http_host", WEB_P_TEXT, FB_SYM_CS_HOST, "cs-host", 0 },
	{ "host", WEB_P_TEXT, FB_SYM_CS_HOST, "cs-host", 0 },
	{ "server_name", WEB_P_TEXT, FB_SYM_CS_HOST, "cs-host", 0 },
	{ "server_addr", WEB_P_TEXT, FB_SYM_S_IP, "s-ip", 0 },
	{ "server_port", WEB_P_TEXT, FB_SYM_S_PORT, "s-port", 0 },
	{ "server_protocol", WEB_P_TEXT, FB_SYM_CS_VERSION, "cs-version", 0 },
	{ "http_x_forwarded_for", WEB_P_TEXT, 0, "X-Forwarded-For", 0 },
};

/* ---- building ---- */

struct builder {
	struct web_format *f;
	struct fb_arena *arena;
	uint8_t *text; /* literal text that is gathered, of `room` bytes in all */
	size_t from, n;
};

static void literal(struct builder *b, uint8_t c)
{
	b->text[b->n++] = c;
}

/* What was gathered stands behind the last piece, or at the line's begin. */
static void end_literal(struct builder *b)
{
	struct fb_slice s = fb_slice(b->text + b->from, b->n - b->from);

	if (b->f->n)
		b->f->piece[b->f->n - 1].after = s;
	else
		b->f->before = s;
	b->from = b->n;
}

static const char *add_piece(struct builder *b, struct web_piece p)
{
	end_literal(b);
	if (b->f->n && b->f->piece[b->f->n - 1].after.n == 0)
		return "two values of the format stand next to one another, with nothing between them";
	if (b->f->n == WEB_PIECES_MAX)
		return "the format has more values than are read";
	if (!p.name.p)
		return "out of memory";
	b->f->piece[b->f->n++] = p;
	return NULL;
}

static struct fb_slice kept(struct builder *b, struct fb_slice s)
{
	const char *copy = fb_arena_strn(b->arena, s.p, s.n);

	return copy ? fb_slice(copy, s.n) : fb_slice(NULL, 0);
}

/* ---- Apache ---- */

static bool brackets_time(const struct web_piece *p)
{
	return p->what == WEB_P_TIME && p->pattern.n == 0;
}

/* %{arg}x, with what stands between % and it (conditions, < and >) taken off. */
static const char *apache_item(struct builder *b, struct fb_slice *s)
{
	struct fb_slice arg = { NULL, 0 };
	struct web_piece p = { .what = WEB_P_TEXT };
	char letter;

	while (s->n && (s->p[0] == '<' || s->p[0] == '>' || s->p[0] == '!' || s->p[0] == ',' ||
			(s->p[0] >= '0' && s->p[0] <= '9')))
		*s = fb_slice_sub(*s, 1, s->n);
	if (s->n && s->p[0] == '{') {
		*s = fb_slice_sub(*s, 1, s->n);
		if (!web_take(s, '}', &arg))
			return "a { of the format is not closed";
	}
	if (s->n && s->p[0] == '^' && s->n >= 3)
		*s = fb_slice_sub(*s, 1, s->n); /* %{x}^ti: trailers */
	if (!s->n)
		return "the format ends with %";
	letter = (char)s->p[0];
	*s = fb_slice_sub(*s, 1, s->n);
	if (letter == '%') {
		literal(b, '%');
		return NULL;
	}
	p.name = arg.p ? kept(b, arg) : fb_slice(NULL, 0);
	if (letter == 'i' && arg.p) {
		for (size_t i = 0; i < sizeof headers / sizeof *headers; i++)
			if (fb_slice_ieq(arg, fb_slice_str(headers[i].name)))
				p.sym = headers[i].sym;
		return add_piece(b, p);
	}
	if (arg.p && memchr("oneCxoc", letter, 7))
		return add_piece(b, p);
	for (size_t i = 0; i < sizeof letters / sizeof *letters; i++) {
		if (letters[i].letter != letter)
			continue;
		p.what = letters[i].what;
		p.sym = letters[i].sym;
		p.name = fb_slice_str(letters[i].name);
		p.unit = letters[i].unit;
		if (letter == 't' && arg.p) {
			p.pattern = kept(b, arg);
		} else if (letter == 'T' && arg.p) {
			p.unit = fb_slice_eqs(arg, "ms") ? FB_SECOND / 1000
				 : fb_slice_eqs(arg, "us") ? FB_SECOND / 1000000 : FB_SECOND;
			p.sym = fb_slice_eqs(arg, "ms") ? FB_SYM_TIME_TAKEN : 0;
			p.name = fb_slice_str(p.sym ? "time-taken" : fb_slice_eqs(arg, "us") ? "time-taken-us"
										     : "time-taken-s");
		} else if ((letter == 'a' || letter == 'h') && fb_slice_eqs(arg, "c")) {
			p.sym = 0;
			p.name = FB_LIT("peer"); /* %a is then what mod_remoteip made of it */
		}
		if (brackets_time(&p)) {
			const char *why;

			literal(b, '[');
			why = add_piece(b, p);
			literal(b, ']');
			return why;
		}
		return add_piece(b, p);
	}
	return "a letter of the format is not known";
}

static const char *apache(struct builder *b, struct fb_slice s)
{
	const char *why = NULL;

	b->f->begins = b->f->escapes = true;
	while (s.n && !why) {
		uint8_t c = s.p[0];

		s = fb_slice_sub(s, 1, s.n);
		if (c == '%') {
			why = apache_item(b, &s);
		} else if (c == '\\' && s.n) {
			literal(b, s.p[0] == 't' ? '\t' : s.p[0] == 'n' ? '\n' : s.p[0]);
			s = fb_slice_sub(s, 1, s.n);
		} else {
			literal(b, c);
		}
	}
	return why;
}

/* ---- nginx ---- */

static bool name_char(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static const char *nginx_item(struct builder *b, struct fb_slice name)
{
	struct web_piece p = { .what = WEB_P_TEXT };

	if (name.n == 0)
		return "the format has a $ without a name";
	p.name = kept(b, name);
	for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) {
		if (!fb_slice_eqs(name, variables[i].name))
			continue;
		p.what = variables[i].what;
		p.sym = variables[i].sym;
		p.unit = variables[i].unit;
		if (p.what == WEB_P_TIME)
			p.pattern = fb_slice_str(variables[i].ours);
		else
			p.name = fb_slice_str(variables[i].ours);
	}
	return add_piece(b, p);
}

static const char *nginx(struct builder *b, struct fb_slice s)
{
	b->f->begins = false;
	while (s.n) {
		uint8_t c = s.p[0];
		size_t n = 0;
		const char *why;
		bool braced;

		s = fb_slice_sub(s, 1, s.n);
		if (c != '$') {
			literal(b, c);
			continue;
		}
		braced = s.n && s.p[0] == '{';
		s = fb_slice_sub(s, braced, s.n);
		while (n < s.n && name_char(s.p[n]))
			n++;
		why = nginx_item(b, fb_slice_sub(s, 0, n));
		if (why)
			return why;
		s = fb_slice_sub(s, n + braced, s.n);
	}
	return NULL;
}

/* ---- the directive ---- */

static void skip_blanks(struct fb_slice *s)
{
	while (s->n && (s->p[0] == ' ' || s->p[0] == '\t' || s->p[0] == '\n' || s->p[0] == '\r'))
		*s = fb_slice_sub(*s, 1, s->n);
}

/* One word, or what stands in quotes, its escapes as they are; appended to b. */
static bool argument(struct fb_slice *s, uint8_t *to, size_t *n, bool keep_escapes)
{
	uint8_t quote = 0;

	skip_blanks(s);
	if (!s->n || s->p[0] == ';')
		return false;
	if (s->p[0] == '"' || s->p[0] == '\'') {
		quote = s->p[0];
		*s = fb_slice_sub(*s, 1, s->n);
	}
	while (s->n) {
		uint8_t c = s->p[0];

		if (quote ? c == quote : c == ' ' || c == '\t' || c == ';' || c == '\n')
			break;
		*s = fb_slice_sub(*s, 1, s->n);
		if (quote && c == '\\' && s->n) {
			bool plain = s->p[0] == quote || s->p[0] == '\\';

			if (keep_escapes || !plain)
				to[(*n)++] = '\\';
			c = s->p[0];
			*s = fb_slice_sub(*s, 1, s->n);
		}
		to[(*n)++] = c;
	}
	if (quote) {
		if (!s->n)
			return false;
		*s = fb_slice_sub(*s, 1, s->n);
	}
	return true;
}

static bool word_is(struct fb_slice *s, const char *word)
{
	size_t n = strlen(word);

	if (s->n <= n || !fb_slice_ieq(fb_slice_sub(*s, 0, n), fb_slice_str(word)) ||
	    (s->p[n] != ' ' && s->p[n] != '\t'))
		return false;
	*s = fb_slice_sub(*s, n, s->n);
	return true;
}

const char *web_directive(struct fb_slice d, struct fb_arena *arena, struct web_format *out)
{
	uint8_t *text = fb_arena_get(arena, 2 * d.n + 2), *room = fb_arena_get(arena, 2 * d.n + 16);
	struct builder b = { .f = out, .arena = arena, .text = room };
	const char *why;
	size_t n = 0;

	memset(out, 0, sizeof *out);
	if (!text || !room)
		return "out of memory";
	if (d.n > 8192)
		return "a format of more than 8,192 characters is not read";
	skip_blanks(&d);
	if (word_is(&d, "LogFormat") || word_is(&d, "CustomLog")) {
		if (!argument(&d, text, &n, true))
			return "LogFormat has no format in quotes";
		why = apache(&b, fb_slice(text, n));
	} else if (word_is(&d, "log_format")) {
		if (!argument(&d, text, &n, false))
			return "log_format has no name";
		n = 0;
		out->escapes = true;
		for (size_t from = 0; argument(&d, text, &n, false); from = n) {
			struct fb_slice one = fb_slice(text + from, n - from);

			if (from == 0 && fb_slice_starts(one, FB_LIT("escape="))) {
				out->escapes = fb_slice_eqs(one, "escape=default");
				n = 0;
			}
		}
		why = n ? nginx(&b, fb_slice(text, n)) : "log_format has no format in quotes";
	} else {
		return "neither a LogFormat nor a log_format directive";
	}
	if (why)
		return why;
	end_literal(&b);
	return out->n ? NULL : "the format has no values";
}

/* ---- times ---- */

struct parts {
	unsigned year, month, day, hour, minute, second;
	int zone; /* seconds east */
	bool zoned, epoch;
	uint64_t since;
};

static bool digits_of(struct fb_slice *s, size_t most, unsigned *out)
{
	size_t n = 0;

	*out = 0;
	while (n < most && n < s->n && s->p[n] >= '0' && s->p[n] <= '9')
		*out = *out * 10 + (unsigned)(s->p[n++] - '0');
	*s = fb_slice_sub(*s, n, s->n);
	return n != 0;
}

static bool zone_of(struct fb_slice *s, struct parts *p)
{
	unsigned h, m;
	bool minus;

	if (s->n && (s->p[0] | 0x20) == 'z') {
		*s = fb_slice_sub(*s, 1, s->n);
		p->zoned = true;
		return true;
	}
	if (s->n < 5 || (s->p[0] != '+' && s->p[0] != '-'))
		return false;
	minus = s->p[0] == '-';
	*s = fb_slice_sub(*s, 1, s->n);
	if (!digits_of(s, 2, &h))
		return false;
	if (s->n && s->p[0] == ':')
		*s = fb_slice_sub(*s, 1, s->n);
	if (!digits_of(s, 2, &m) || h > 23 || m > 59)
		return false;
	p->zone = (int)(h * 3600 + m * 60) * (minus ? -1 : 1);
	p->zoned = true;
	return true;
}

static bool one_of(uint8_t letter, struct fb_slice *v, struct parts *p)
{
	struct fb_slice word;

	switch (letter) {
	case 'Y': return digits_of(v, 4, &p->year);
	case 'y':
		if (!digits_of(v, 2, &p->year))
			return false;
		p->year += p->year < 70 ? 2000 : 1900;
		return true;
	case 'm': return digits_of(v, 2, &p->month);
	case 'd': return digits_of(v, 2, &p->day);
	case 'e':
		*v = fb_slice_sub(*v, v->n && v->p[0] == ' ', v->n);
		return digits_of(v, 2, &p->day);
	case 'H': return digits_of(v, 2, &p->hour);
	case 'M': return digits_of(v, 2, &p->minute);
	case 'S': return digits_of(v, 2, &p->second);
	case 'z': return zone_of(v, p);
	case 'b': case 'h':
		word = fb_slice_sub(*v, 0, 3);
		*v = fb_slice_sub(*v, 3, v->n);
		return web_month(word, &p->month);
	case 'a':
		*v = fb_slice_sub(*v, 3, v->n);
		return true;
	case 's': {
		size_t n = 0;

		while (n < v->n && v->p[n] >= '0' && v->p[n] <= '9')
			n++;
		p->epoch = fb_slice_u64(fb_slice_sub(*v, 0, n), &p->since);
		*v = fb_slice_sub(*v, n, v->n);
		return p->epoch;
	}
	default: return false;
	}
}

/* strftime's letters as far as they say a time beyond doubt; nested ones one level. */
static bool by_pattern(struct fb_slice pattern, struct fb_slice *v, struct parts *p, bool nested)
{
	static const struct {
		char letter;
		const char *is;
	} whole[] = { { 'T', "%H:%M:%S" }, { 'F', "%Y-%m-%d" }, { 'D', "%m/%d/%y" }, { 'R', "%H:%M" } };

	while (pattern.n) {
		uint8_t c = pattern.p[0];
		bool known = false;

		pattern = fb_slice_sub(pattern, 1, pattern.n);
		if (c != '%' || !pattern.n) {
			if (!v->n || v->p[0] != c)
				return false;
			*v = fb_slice_sub(*v, 1, v->n);
			continue;
		}
		c = pattern.p[0];
		pattern = fb_slice_sub(pattern, 1, pattern.n);
		for (size_t i = 0; i < sizeof whole / sizeof *whole && !nested; i++) {
			if (whole[i].letter != (char)c)
				continue;
			if (!by_pattern(fb_slice_str(whole[i].is), v, p, true))
				return false;
			known = true;
		}
		if (!known && !one_of(c, v, p))
			return false;
	}
	return true;
}

static bool number_time(struct fb_slice v, int64_t unit, unsigned digits, struct web_moment *out)
{
	uint64_t n;

	out->digits = digits;
	return fb_slice_u64(v, &n) && n <= INT64_MAX &&
	       !__builtin_mul_overflow((int64_t)n, unit, &out->time);
}

bool web_directive_time(const struct web_piece *p, struct fb_slice v, struct web_moment *out)
{
	static const struct {
		const char *word;
		int64_t unit;
		unsigned digits;
		bool fraction;
	} words[] = {
		{ "sec", FB_SECOND, 0, false },          { "msec", FB_SECOND / 1000, 3, false },
		{ "usec", FB_SECOND / 1000000, 6, false }, { "msec_frac", FB_SECOND / 1000, 3, true },
		{ "usec_frac", FB_SECOND / 1000000, 6, true },
	};
	struct fb_slice pattern = p->pattern;
	struct parts t = { .day = 1, .month = 1 };
	int64_t ns;

	*out = (struct web_moment){ .time = FB_TIME_NONE };
	if (!pattern.n)
		return web_clf_time(v, &out->time, &out->digits, &out->local);
	if (fb_slice_eqs(pattern, "iso"))
		return v.n >= 19 && fb_time_parse(v, &out->time, &out->digits);
	if (fb_slice_eqs(pattern, "epoch")) {
		out->digits = 3;
		return web_directive_span(v, FB_SECOND, &out->time);
	}
	if (fb_slice_starts(pattern, FB_LIT("begin:")) || fb_slice_starts(pattern, FB_LIT("end:")))
		(void)web_take(&pattern, ':', &(struct fb_slice){ NULL, 0 });
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (!fb_slice_eqs(pattern, words[i].word))
			continue;
		out->fraction = words[i].fraction;
		return number_time(v, words[i].unit, words[i].digits, out);
	}
	if (v.n > 1 && v.p[0] == '[' && v.p[v.n - 1] == ']' && pattern.p[0] != '[')
		v = fb_slice_sub(v, 1, v.n - 2);
	if (!by_pattern(pattern, &v, &t, false) || v.n)
		return false;
	if (t.epoch)
		return t.since <= INT64_MAX &&
		       !__builtin_mul_overflow((int64_t)t.since, FB_SECOND, &out->time);
	out->time = t.year ? fb_time_from_parts(t.year, t.month, t.day, t.hour, t.minute, t.second, 0)
			   : FB_TIME_NONE;
	out->local = !t.zoned;
	ns = (int64_t)t.zone * FB_SECOND;
	return out->time != FB_TIME_NONE && !__builtin_sub_overflow(out->time, ns, &out->time);
}

bool web_directive_span(struct fb_slice s, int64_t unit, int64_t *ns)
{
	struct fb_slice whole = s;
	uint64_t v;
	int64_t place = unit, add = 0;

	if (web_take(&s, '.', &whole)) {
		for (size_t i = 0; i < s.n && s.p[i] >= '0' && s.p[i] <= '9'; i++) {
			place /= 10;
			add += (s.p[i] - '0') * place;
		}
	}
	return fb_slice_u64(whole, &v) && v <= INT64_MAX &&
	       !__builtin_mul_overflow((int64_t)v, unit, ns) && !__builtin_add_overflow(*ns, add, ns);
}
