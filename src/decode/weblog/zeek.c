/* Zeek's logs, as text and as JSON: docs/formats/zeek.md. What a log's head says (which log it is, its
 * columns and their types, what stands for nothing) travels from unit to unit. */
#include "decode/formats.h"
#include "decode/weblog/jsonin.h"
#include "decode/weblog/zeek.h"

#include "base/text.h"

enum head { SEPARATOR, SET_SEPARATOR, EMPTY, UNSET, PATH, FIELDS, TYPES, HEADS };

static const char *const head_name[HEADS] = {
	"separator", "set_separator", "empty_field", "unset_field", "path", "fields", "types",
};
#define VALUES_MAX 1000 /* of one line, items of lists each; below FB_FIELDS_MAX */
#define NAMES_MAX ((size_t)1 << 20)
#define HEAD_MAX 4096 /* of one line; the longest of Zeek's own (ssl, with all that packages add) has some 1,200 */

struct log_head {
	struct fb_slice line[HEADS]; /* behind the name and one more byte; p NULL: none */
};

struct column {
	struct fb_slice name;
	uint32_t sym;
	bool list, flag;
};

struct zeek {
	struct fb_sink *sink;
	struct web_made made;
	struct log_head head;
	bool looked, known;       /* was looked at; was understood, and columns made of it */
	uint8_t separator;
	struct column *columns;   /* room for VALUES_MAX */
	uint32_t ncolumns;
	struct fb_slice names;    /* with a blank between */
	size_t named;             /* bytes of names made so far */
	struct fb_field path, own_path; /* of the head; of the object at hand */
	uint32_t path_sym;
	/* the line at hand */
	struct fb_field f[VALUES_MAX + 1];
	uint32_t n;
	uint8_t flags;
	fb_time time;
	unsigned digits;
	/* JSON */
	uint64_t seen[ZEEK_NAMES_MAX / 64];
	bool has_path, has_ts, has_uid, has_write;
};

/* ---- the head ---- */

static int hex(uint8_t c)
{
	uint8_t low = c | 0x20;

	return c >= '0' && c <= '9' ? c - '0' : low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
}

/* "\x09", or one byte as it is; 0: neither. */
static uint8_t separator_of(struct fb_slice s)
{
	if (s.n == 4 && s.p[0] == '\\' && s.p[1] == 'x' && hex(s.p[2]) >= 0 && hex(s.p[3]) >= 0)
		return (uint8_t)(hex(s.p[2]) << 4 | hex(s.p[3]));
	return s.n == 1 ? s.p[0] : 0;
}

/* A line that begins with '#', without its end. false: none of a head's. */
static bool head_line(struct log_head *h, struct fb_slice line)
{
	for (unsigned i = 0; i < HEADS && line.n <= HEAD_MAX; i++) {
		size_t n = strlen(head_name[i]);

		if (line.n < n + 2 || memcmp(line.p + 1, head_name[i], n) != 0)
			continue;
		/* "set_separator" is none of "separator": the byte behind the name is no letter. */
		if ((line.p[n + 1] | 0x20) >= 'a' && (line.p[n + 1] | 0x20) <= 'z')
			continue;
		if (i == SEPARATOR)
			*h = (struct log_head){ 0 }; /* another log begins */
		h->line[i] = fb_slice_sub(line, n + 2, line.n);
		return true;
	}
	return false;
}

/* How it lies in a context: each line behind a byte that is its place, from 1 on, with a line feed behind. */
static void head_load(struct log_head *h, struct fb_slice s)
{
	*h = (struct log_head){ 0 };
	while (s.n) {
		struct fb_slice line;
		uint8_t at = s.p[0];

		s = fb_slice_sub(s, 1, s.n);
		if (!web_take(&s, '\n', &line) || at < 1 || at > HEADS)
			return;
		h->line[at - 1] = line;
	}
}

static struct fb_slice head_store(const struct log_head *h, uint8_t room[static FB_W3C_FIELDS_MAX])
{
	size_t n = 0;

	_Static_assert(HEADS * (HEAD_MAX + 2) <= FB_W3C_FIELDS_MAX, "all lines of a head fit");
	for (unsigned i = 0; i < HEADS; i++) {
		if (!h->line[i].p)
			continue;
		room[n++] = (uint8_t)(i + 1);
		if (h->line[i].n)
			memcpy(room + n, h->line[i].p, h->line[i].n);
		n += h->line[i].n;
		room[n++] = '\n';
	}
	return fb_slice(room, n);
}

static struct fb_slice line_at(struct fb_slice s, size_t at)
{
	const uint8_t *nl = memchr(s.p + at, '\n', s.n - at);
	struct fb_slice line = fb_slice_sub(s, at, nl ? (size_t)(nl - s.p) - at : s.n);

	if (line.n && line.p[line.n - 1] == '\r')
		line.n--;
	return line;
}

/* Takes the lines that begin with '#' in what was cut off. */
static void look(struct log_head *h, struct fb_slice s, bool midline)
{
	size_t at = 0;

	while (at < s.n) {
		const uint8_t *nl;

		while (!midline && at < s.n && s.p[at] == 0)
			at++; /* as web_lines does: never written */
		if (!midline && at < s.n && s.p[at] == '#')
			(void)head_line(h, line_at(s, at));
		nl = at < s.n ? memchr(s.p + at, '\n', s.n - at) : NULL;
		/* Most lines are no head: on to the next that may be one. */
		while (nl && nl + 1 < s.p + s.n && nl[1] != '#' && nl[1] != 0)
			nl = memchr(nl + 1, '\n', (size_t)(s.p + s.n - nl - 1));
		at = nl ? (size_t)(nl - s.p) + 1 : s.n;
		midline = false;
	}
}

static size_t zeek_split(struct fb_slice data, bool final, size_t want, struct fb_ctx *ctx)
{
	uint8_t before[FB_W3C_FIELDS_MAX], after[FB_W3C_FIELDS_MAX];
	struct web_state st;
	struct log_head h;
	bool midline;
	size_t n, mark;

	web_state_load(&st, ctx);
	if (st.fields.n)
		memcpy(before, st.fields.p, st.fields.n <= sizeof before ? st.fields.n : 0);
	head_load(&h, fb_slice(before, st.fields.n <= sizeof before ? st.fields.n : 0));
	midline = st.midline;
	n = web_split(data, final, want, ctx);
	if (!n)
		return 0;
	mark = web_state_begin(&st, data);
	look(&h, fb_slice_sub(data, mark, n), midline);
	web_state_load(&st, ctx);
	st.fields = head_store(&h, after);
	web_state_store(&st, ctx);
	return n;
}

/* As every event has them: a blank between, the same bytes for all lines of one head. Of a unit that is all
 * heads, which somebody made, the later ones have none. */
static void make_names(struct zeek *z)
{
	struct fb_slice fields = z->head.line[FIELDS];
	uint8_t *to;

	z->names = fb_slice(NULL, 0);
	if (z->named > NAMES_MAX || !fb_utf8_valid(fields) || !(to = fb_arena_get(z->sink->arena, fields.n + 1)))
		return;
	z->named += fields.n;
	for (size_t i = 0; i < fields.n; i++)
		to[i] = fields.p[i] == z->separator ? ' ' : fields.p[i];
	z->names = fb_slice(to, fields.n);
}

static bool make_columns(struct zeek *z)
{
	struct fb_slice fields = z->head.line[FIELDS], types = z->head.line[TYPES], name, type;

	z->ncolumns = 0;
	for (bool more = fields.n != 0; more && z->ncolumns < VALUES_MAX; z->ncolumns++) {
		struct column *c = &z->columns[z->ncolumns];

		more = web_take(&fields, z->separator, &name);
		if (!more)
			name = fields;
		if (!web_take(&types, z->separator, &type)) {
			type = types;
			types.n = 0;
		}
		c->name = fb_utf8_valid(name) ? name : FB_LIT("?");
		c->sym = fb_syms_find(z->sink->syms, c->name);
		c->list = fb_slice_starts(type, FB_LIT("set[")) || fb_slice_starts(type, FB_LIT("vector["));
		c->flag = fb_slice_eqs(type, "bool");
	}
	make_names(z);
	return z->ncolumns > 0;
}

static void head_known(struct zeek *z)
{
	struct fb_slice path = z->head.line[PATH];

	z->looked = true;
	z->separator = separator_of(z->head.line[SEPARATOR]);
	z->known = z->separator && z->head.line[FIELDS].p && make_columns(z);
	z->path = (struct fb_field){ .sym = z->path_sym, .name = FB_LIT("_path"), .v = path,
				     .type = path.n ? FB_V_UTF8 : FB_V_NULL };
}

/* ---- values ---- */

static void put(struct zeek *z, uint32_t sym, struct fb_slice name, struct fb_slice v, bool null)
{
	if (z->n == VALUES_MAX) {
		z->flags |= FB_EVENT_CUT;
		return;
	}
	z->f[z->n++] = (struct fb_field){ .sym = sym, .name = name, .v = null ? fb_slice(NULL, 0) : v,
					  .type = null ? FB_V_NULL : web_is_ansi(v) ? FB_V_ANSI : FB_V_UTF8 };
}

/* The byte of an escape at s.p[i]; -1: there is none that stands for text. */
static int escaped(struct fb_slice s, size_t i, bool high)
{
	int c;

	if (s.p[i] != '\\' || s.n - i < 4 || s.p[i + 1] != 'x' || hex(s.p[i + 2]) < 0 || hex(s.p[i + 3]) < 0)
		return -1;
	c = hex(s.p[i + 2]) << 4 | hex(s.p[i + 3]);
	if (c < 0x20 && c != '\t' && c != '\n' && c != '\r')
		return -1;
	return c == 0x7F || (c > 0x7F && !high) ? -1 : c;
}

static struct fb_slice unescape(struct fb_slice s, uint8_t *to, bool high)
{
	uint8_t *out = to;

	for (size_t i = 0; i < s.n; i++) {
		int c = escaped(s, i, high);

		*out++ = c < 0 ? s.p[i] : (uint8_t)c;
		i += c >= 0 ? 3 : s.p[i] == '\\' && i + 1 < s.n && s.p[i + 1] == '\\';
	}
	return fb_slice(to, (size_t)(out - to));
}

/* \xNN and \\ as they were. What is no text (bytes below a blank, bytes that are no UTF-8) stays written out:
 * so it stands in Zeek's JSON, and rules ask for it so. */
static struct fb_slice plain(struct zeek *z, struct fb_slice s)
{
	struct fb_slice out;
	uint8_t *to;

	if (!s.n || !memchr(s.p, '\\', s.n) || !(to = web_made_room(&z->made, s.n)))
		return s;
	out = unescape(s, to, true);
	return fb_utf8_valid(out) ? out : unescape(s, to, false);
}

static bool is_head_word(const struct zeek *z, enum head h, struct fb_slice s, const char *otherwise)
{
	return z->head.line[h].p ? fb_slice_eq(s, z->head.line[h]) : fb_slice_eqs(s, otherwise);
}

static void put_one(struct zeek *z, const struct column *c, struct fb_slice v)
{
	if (is_head_word(z, UNSET, v, "-"))
		put(z, c->sym, c->name, v, true);
	else if (is_head_word(z, EMPTY, v, "(empty)"))
		put(z, c->sym, c->name, fb_slice(v.p, 0), false);
	else if (c->flag && v.n == 1 && (v.p[0] == 'T' || v.p[0] == 'F'))
		put(z, c->sym, c->name, v.p[0] == 'T' ? FB_LIT("true") : FB_LIT("false"), false);
	else
		put(z, c->sym, c->name, plain(z, v), false);
}

/* Each item is a value of its own, as in a list of JSON. */
static void put_list(struct zeek *z, const struct column *c, struct fb_slice v)
{
	struct fb_slice set = z->head.line[SET_SEPARATOR], item;
	uint8_t comma = set.n == 1 ? set.p[0] : ',';

	if (is_head_word(z, UNSET, v, "-") || is_head_word(z, EMPTY, v, "(empty)")) {
		put(z, c->sym, c->name, v, true);
		return;
	}
	while (web_take(&v, comma, &item))
		put_one(z, c, item);
	put_one(z, c, v);
}

/* "1521911721.255387", to the digit; no more than nine of them. */
static bool epoch(struct fb_slice s, fb_time *out, unsigned *digits)
{
	bool minus = s.n && s.p[0] == '-';
	struct fb_slice whole;
	int64_t ns = 0, place = FB_SECOND / 10;
	uint64_t v;

	s = fb_slice_sub(s, minus, s.n);
	*digits = 0;
	if (!web_take(&s, '.', &whole)) {
		whole = s;
		s.n = 0;
	}
	for (size_t i = 0; i < s.n; i++, place /= 10) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		ns += (s.p[i] - '0') * place;
	}
	*digits = s.n < 9 ? (unsigned)s.n : 9;
	if (!fb_slice_u64(whole, &v) || v > INT64_MAX || __builtin_mul_overflow((int64_t)v, FB_SECOND, out) ||
	    __builtin_add_overflow(*out, ns, out))
		return false;
	if (minus)
		*out = -*out;
	/* Zeek writes 0.000000 for a time that it has not. */
	return *out != 0;
}

static void set_time(struct zeek *z, struct fb_slice v)
{
	if (z->time == FB_TIME_NONE && !epoch(v, &z->time, &z->digits) &&
	    (v.n < 19 || !fb_time_parse(v, &z->time, &z->digits)))
		z->time = FB_TIME_NONE;
}

/* ---- lines ---- */

static void begin(struct zeek *z)
{
	web_made_line(&z->made);
	z->n = 0;
	z->flags = 0;
	z->time = FB_TIME_NONE;
	z->digits = 0;
}

static int reject(struct zeek *z, const struct web_line *l, enum fb_why why, const char *what)
{
	fb_sink_rejected(z->sink, l->offset, l->raw.n, l->cut ? FB_WHY_TRUNCATED : why,
			 l->cut ? "the log ends within a line" : what);
	return 0;
}

static int give(struct zeek *z, const struct web_line *l, const struct fb_field *path, struct fb_slice columns)
{
	struct fb_event ev = {
		.lane = FB_LANE_NETWORK, .offset = l->offset, .length = l->raw.n, .line = l->number,
		.fields = z->f, .nfields = z->n, .raw = l->raw, .priv = l, .columns = columns, .flags = z->flags,
		.time = z->time, .time_digits = (uint8_t)z->digits,
	};

	ev.channel = path && path->type != FB_V_NULL ? path : NULL;
	fb_sink_decoded(z->sink, l->raw.n);
	return z->sink->event(z->sink, &ev);
}

static int take_columns(struct zeek *z, const struct web_line *l)
{
	struct fb_slice s = l->text, v;
	uint32_t i = 0;

	if (!z->known)
		return reject(z, l, FB_WHY_NO_FIELDS, "a line before any #fields");
	begin(z);
	for (bool more = true; more; i++) {
		const struct column *c = &z->columns[i];

		more = web_take(&s, z->separator, &v);
		if (!more)
			v = s;
		if (i == z->ncolumns)
			return reject(z, l, FB_WHY_BAD_LINE, "more columns than #fields names");
		if (c->list)
			put_list(z, c, v);
		else
			put_one(z, c, v);
		if (fb_slice_eqs(c->name, "ts"))
			set_time(z, v);
	}
	if (i < z->ncolumns)
		return reject(z, l, FB_WHY_BAD_LINE, "fewer columns than #fields names");
	if (l->cut)
		z->flags |= FB_EVENT_DAMAGED; /* how long its last value was is not known */
	z->f[z->n++] = z->path;
	return give(z, l, &z->path, z->names);
}

static int take_head(struct zeek *z, const struct web_line *l)
{
	if (head_line(&z->head, l->text)) {
		z->looked = z->known = false;
	} else if (l->text.n > HEAD_MAX) {
		return reject(z, l, FB_WHY_LINE_TOO_LONG, "a line of a head");
	}
	fb_sink_decoded(z->sink, l->raw.n);
	return 0;
}

/* ---- JSON ---- */

static void on_leaf(void *user, struct fb_slice path, enum jsonin_kind kind, struct fb_slice v)
{
	struct zeek *z = user;
	bool null = kind == JSONIN_NULL;
	unsigned bit = 0;

	if (!fb_utf8_valid(path)) {
		uint8_t *room = web_made_room(&z->made, path.n * 3);

		path = room ? web_clean_into(path, room) : FB_LIT("?");
	}
	z->has_write = z->has_write || fb_slice_eqs(path, "_write_ts") || fb_slice_eqs(path, "_system_name");
	z->has_uid = z->has_uid || fb_slice_eqs(path, "uid") || fb_slice_eqs(path, "fuid");
	if (fb_slice_eqs(path, "_path") && kind == JSONIN_TEXT && v.n) {
		z->has_path = true;
		z->own_path.v = v;
	} else if (fb_slice_eqs(path, "ts") && (kind == JSONIN_TEXT || kind == JSONIN_NUMBER)) {
		set_time(z, v);
		z->has_ts = z->time != FB_TIME_NONE;
	}
	for (size_t k = 0; k < zeek_nkinds && !z->has_path; k++)
		for (const char *const *name = zeek_kinds[k].has; *name && bit < ZEEK_NAMES_MAX; name++, bit++)
			if (fb_slice_eqs(path, *name))
				z->seen[bit / 64] |= 1ull << bit % 64;
	put(z, fb_syms_find(z->sink->syms, path), path, v, null);
}

static void guess_path(struct zeek *z)
{
	unsigned bit = 0;

	for (size_t k = 0; k < zeek_nkinds; k++) {
		bool all = true;

		for (const char *const *name = zeek_kinds[k].has; *name && bit < ZEEK_NAMES_MAX; name++, bit++)
			all = all && z->seen[bit / 64] >> bit % 64 & 1;
		if (!all)
			continue;
		z->own_path.v = fb_slice_str(zeek_kinds[k].path);
		z->f[z->n++] = z->own_path;
		return;
	}
}

static bool read_object(struct zeek *z, struct fb_slice line)
{
	begin(z);
	memset(z->seen, 0, sizeof z->seen);
	z->has_path = z->has_ts = z->has_uid = z->has_write = false;
	z->own_path = (struct fb_field){ .sym = z->path_sym, .name = FB_LIT("_path"), .type = FB_V_UTF8 };
	if (!jsonin_read(&z->made, line, on_leaf, z))
		return false;
	if (!z->has_path)
		guess_path(z);
	return true;
}

static int take_object(struct zeek *z, const struct web_line *l)
{
	if (!read_object(z, l->text))
		return reject(z, l, FB_WHY_BAD_LINE, "not an object of JSON");
	if (!z->own_path.v.n)
		z->own_path.type = FB_V_NULL;
	return give(z, l, &z->own_path, fb_slice(NULL, 0));
}

/* ---- the format ---- */

static int take_line(void *user, const struct web_line *l)
{
	struct zeek *z = user;

	if (l->text.p[0] == '#')
		return take_head(z, l);
	if (l->text.p[0] == '{')
		return take_object(z, l);
	if (!z->looked)
		head_known(z);
	return take_columns(z, l);
}

static int zeek_init(struct zeek *z, struct fb_sink *sink)
{
	memset(z, 0, sizeof *z);
	z->sink = sink;
	z->columns = fb_arena_calloc(sink->arena, VALUES_MAX, sizeof *z->columns);
	z->path_sym = fb_syms_find(sink->syms, FB_LIT("_path"));
	web_made_init(&z->made, sink);
	return z->columns ? 0 : FB_ENOMEM;
}

static int zeek_decode(const struct fb_unit *unit, struct fb_sink *sink)
{
	struct web_state st, look_at = { .begun = false };
	struct zeek z;

	if (zeek_init(&z, sink))
		return FB_ENOMEM;
	web_state_load(&st, unit->ctx);
	head_load(&z.head, st.fields);
	if (st.wide || (!st.begun && (web_state_begin(&look_at, unit->data), look_at.wide))) {
		/* Zeek writes none, and a log whose head is not in bytes is not recognised as one of its. */
		fb_sink_rejected(sink, unit->base, unit->data.n, FB_WHY_BAD_LINE, "UTF-16");
		return 0;
	}
	return web_lines(unit, sink, &st, take_line, &z);
}

static bool is_object(struct fb_slice line, void *user)
{
	struct zeek *z = user;

	if (line.p[0] != '{' || !read_object(z, line) || !(z->has_ts || (z->has_path && z->has_write)))
		return false;
	return z->has_path || (z->own_path.v.n && z->has_uid) ||
	       fb_slice_eqs(z->own_path.v, "capture_loss") || fb_slice_eqs(z->own_path.v, "stats");
}

static int zeek_probe(struct fb_slice head, bool whole)
{
	struct web_state st = { .begun = false };
	struct fb_slice text = fb_slice_sub(head, web_state_begin(&st, head), head.n);
	struct fb_arena arena;
	struct fb_sink sink = { .arena = &arena };
	struct fb_syms *syms;
	struct zeek z;
	int sure = 0;

	if (st.wide)
		return 0;
	if (fb_slice_starts(text, FB_LIT("#separator ")))
		return 100;
	if (!text.n || text.p[0] != '{')
		return 0;
	syms = fb_syms_new();
	if (!syms)
		return 0;
	fb_arena_init(&arena, 2 * WEB_SCRATCH);
	sink.syms = syms;
	/* Above logs of requests in JSON: those of Zeek name a method and a status, too. */
	if (zeek_init(&z, &sink) == 0)
		sure = web_probe_most(head, whole, 92, is_object, &z);
	fb_arena_dispose(&arena);
	fb_syms_free(syms);
	return sure;
}

/* ---- what it says ---- */

static const struct fb_field *named(const struct fb_event *ev, const char *name)
{
	for (size_t i = 0; i < ev->nfields; i++)
		if (fb_slice_eqs(ev->fields[i].name, name))
			return &ev->fields[i];
	return NULL;
}

/* "http 192.0.2.9:4711 -> 198.51.100.7:80 GET host uri", at most five things of a table. */
static int zeek_summarise(const struct fb_event *ev, struct fb_buf *out)
{
	static const char *const tells[] = {
		"service", "method", "host", "uri", "query", "server_name", "named_pipe", "endpoint", "operation", "action",
		"path", "name", "username", "client", "request_type", "note", "msg", "filename", "mime_type", "version",
		"certificate.subject", "conn_state", "orig_bytes", "resp_bytes", "status_code", "percent_lost",
	};
	size_t start = out->n;
	unsigned n = 0;

	web_say(out, "", ev->channel, 20, "");
	web_say(out, " ", named(ev, "id.orig_h"), 46, "");
	web_say(out, ":", named(ev, "id.orig_p"), 6, "");
	web_say(out, " -> ", named(ev, "id.resp_h"), 46, "");
	web_say(out, ":", named(ev, "id.resp_p"), 6, "");
	for (size_t i = 0; i < sizeof tells / sizeof *tells && n < 4; i++) {
		const struct fb_field *f = named(ev, tells[i]);

		if (!f || f->type == FB_V_NULL)
			continue;
		web_say(out, " ", f, 40, "");
		n++;
	}
	return out->n == start ? web_say_message(ev, out) : out->code;
}

const struct fb_format fb_format_zeek = {
	.name = "zeek",
	.title = "Zeek log",
	.lane = FB_LANE_NETWORK,
	.probe = zeek_probe,
	.split = zeek_split,
	.decode = zeek_decode,
	.render = web_render,
	.summarise = zeek_summarise,
	.json = web_json,
};
