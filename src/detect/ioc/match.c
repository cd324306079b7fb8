/* Indicators in events and files. An event's text is folded field by field (a web
 * server's line as a whole), cut into tokens, and the tokens are looked up; which field
 * it was is only asked when something was found. */
#include "detect/ioc/set.h"

#include "base/buf.h"
#include "base/cursor.h"
#include "base/limits.h"
#include "base/text.h"
#include "event/value.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_MAX (4u * FB_VALUE_MAX)

struct found {
	const struct ic_item *item;
	struct fb_slice field; /* name; n == 0: unknown */
	uint32_t sub;
};

struct ic_state {
	const struct ic_set *s;
	struct fb_buf text, note;
	struct found found[FB_INDICATOR_HITS_MAX];
	uint32_t nfound;
	uint32_t lost;
	fb_time time;  /* of the event */
	struct fb_slice field;
};

enum { C_HOST = 1, C_HEX = 2, C_LOCAL = 4, C_END = 8, C_V6 = 16 };
static uint8_t class_of[256];

static void make_classes(void)
{
	for (unsigned c = 0; c < 256; c++) {
		bool digit = c >= '0' && c <= '9', hex = digit || (c >= 'a' && c <= 'f');
		bool letter = c >= 'a' && c <= 'z';
		uint8_t k = 0;

		if (letter || digit || c == '-' || c == '_' || c == '.' || c >= 0x80)
			k |= C_HOST;
		if (hex)
			k |= C_HEX;
		if (hex || c == ':' || c == '.')
			k |= C_V6;
		if (letter || digit || (c && strchr(".!#$%&'*+/=?^_`{|}~-", (int)c)))
			k |= C_LOCAL;
		if (c <= ' ' || strchr("\"'<>`|\\^{}", (int)c))
			k |= C_END;
		class_of[c] = k;
	}
}

int ic_open(const struct fb_ruleset *set, void **state)
{
	struct ic_state *st = calloc(1, sizeof *st);

	if (!st)
		return FB_ENOMEM;
	make_classes();
	st->s = set->compiled;
	fb_buf_init(&st->text, TEXT_MAX);
	fb_buf_init(&st->note, FB_SUMMARY_MAX);
	*state = st;
	return 0;
}

void ic_close(void *state)
{
	struct ic_state *st = state;

	if (!st)
		return;
	fb_buf_dispose(&st->text);
	fb_buf_dispose(&st->note);
	free(st);
}

/* ---- what was found ---- */

static void add_one(void *user, const struct ic_item *item)
{
	struct ic_state *st = user;

	for (uint32_t i = 0; i < st->nfound; i++)
		if (st->found[i].item == item)
			return;
	if (st->nfound == FB_INDICATOR_HITS_MAX) {
		st->lost++;
		return;
	}
	/* Made from the value, so that a list that grows changes no id. */
	st->found[st->nfound++] = (struct found){ item, st->field,
		(uint32_t)ic_hash((enum ic_type)item->type, ic_key(item)) };
}

static bool look(struct ic_state *st, enum ic_type type, struct fb_slice text)
{
	const struct ic_item *it = st->s->count[type] ? ic_find(st->s, type, text) : NULL;
	bool any = it != NULL;

	for (; it; it = ic_next(st->s, it))
		add_one(st, it);
	return any;
}

static void look_address(struct ic_state *st, struct fb_slice text)
{
	uint8_t address[16];
	const struct ic_item *it;

	if (!st->s->count[IC_ADDRESS] && !st->s->count[IC_NETWORK])
		return;
	if (!ic_address(text, address))
		return;
	it = st->s->count[IC_ADDRESS] ? ic_find(st->s, IC_ADDRESS, fb_slice(address, 16)) : NULL;
	for (; it; it = ic_next(st->s, it))
		add_one(st, it);
	ic_networks(st->s, address, add_one, st);
}

/* The domain itself and every domain that it is below. */
static void look_domain(struct ic_state *st, struct fb_slice host)
{
	unsigned dots = 0;

	if (!st->s->count[IC_DOMAIN])
		return;
	for (size_t i = host.n; i > 0; i--) {
		if (host.p[i - 1] != '.')
			continue;
		if (dots++)
			(void)look(st, IC_DOMAIN, fb_slice_sub(host, i, host.n));
	}
	if (dots)
		(void)look(st, IC_DOMAIN, host);
}

/* The name, and every path that ends so: "temp/x.exe" of "c:/windows/temp/x.exe". Both
 * separators count. path ends with the name. */
static void look_file(struct ic_state *st, struct fb_slice path)
{
	uint8_t slashed[1024];
	struct fb_slice s;
	unsigned steps = 0;

	if (!st->s->count[IC_FILE])
		return;
	if (path.n > sizeof slashed)
		path = fb_slice_sub(path, path.n - sizeof slashed, path.n);
	for (size_t i = 0; i < path.n; i++)
		slashed[i] = path.p[i] == '\\' ? '/' : path.p[i];
	s = fb_slice(slashed, path.n);
	for (size_t i = s.n; i > 0 && steps < 32; i--) {
		if (slashed[i - 1] != '/')
			continue;
		steps++;
		if (i < s.n)
			(void)look(st, IC_FILE, fb_slice_sub(s, i, s.n));
	}
	(void)look(st, IC_FILE, s);
}

/* ---- tokens ---- */

static struct fb_slice trim_token(struct fb_slice t)
{
	while (t.n && (t.p[0] == '.' || t.p[0] == '-'))
		t = fb_slice_sub(t, 1, t.n);
	while (t.n && (t.p[t.n - 1] == '.' || t.p[t.n - 1] == '-'))
		t.n--;
	return t;
}

static void look_email(struct ic_state *st, struct fb_slice text, size_t at, struct fb_slice host)
{
	size_t from = at;

	while (from > 0 && at - from < 64 && class_of[text.p[from - 1]] & C_LOCAL)
		from--;
	if (from < at)
		(void)look(st, IC_EMAIL, fb_slice_sub(text, from, at - from + 1 + host.n));
}

/* A maximal run of letters, digits, dots, "-" and "_". */
static void token(struct ic_state *st, struct fb_slice text, size_t from, size_t to, unsigned dots,
		  bool hex, bool digits)
{
	struct fb_slice t = fb_slice_sub(text, from, to - from);

	if (hex && (t.n == 32 || t.n == 40 || t.n == 64))
		(void)look(st, IC_HASH, t);
	if (dots == 0)
		return;
	t = trim_token(t);
	if (t.n == 0)
		return;
	if (digits) {
		if (dots >= 3)
			look_address(st, t);
		return;
	}
	look_domain(st, t);
	if (st->s->count[IC_FILE])
		(void)look(st, IC_FILE, t);
	if (from > 0 && text.p[from - 1] == '@' && st->s->count[IC_EMAIL])
		look_email(st, text, from - 1, t);
}

/* At a colon: an IPv6 address around it, or a URL. Returns where to go on. */
static size_t colon(struct ic_state *st, struct fb_slice text, size_t at)
{
	size_t from = at, to = at;

	if (at + 2 < text.n && text.p[at + 1] == '/' && text.p[at + 2] == '/') {
		uint8_t url[FB_INDICATOR_MAX];
		struct fb_slice s;

		if (!st->s->count[IC_URL])
			return at + 1;
		while (from > 0 && at - from < 12 && class_of[text.p[from - 1]] & C_HOST)
			from--;
		while (to < text.n && to - from < sizeof url && !(class_of[text.p[to]] & C_END))
			to++;
		s = fb_slice(url, ic_url(fb_slice_sub(text, from, to - from), url));
		/* Prose ends a sentence or closes a bracket right behind it. */
		if (!look(st, IC_URL, s) && s.n && strchr(".,;:)]", url[s.n - 1]))
			(void)look(st, IC_URL, fb_slice(url, s.n - 1));
		return at + 1;
	}
	if (!st->s->count[IC_ADDRESS] && !st->s->count[IC_NETWORK])
		return at + 1;
	while (from > 0 && at - from < 5 && class_of[text.p[from - 1]] & C_HEX)
		from--;
	while (to < text.n && to - from < 46 && class_of[text.p[to]] & C_V6)
		to++;
	/* The shortest that is no time of day: "a::" or five groups. */
	if (to - from >= 3 && (memmem(text.p + from, to - from, "::", 2) || to - from >= 15))
		look_address(st, fb_slice_sub(text, from, to - from));
	return to > at ? to : at + 1;
}

static void scan_text(struct ic_state *st, struct fb_slice text)
{
	size_t i = 0;

	while (i < text.n) {
		size_t from = i;
		unsigned dots = 0;
		bool hex = true, digits = true;

		for (; i < text.n && class_of[text.p[i]] & C_HOST; i++) {
			uint8_t c = text.p[i];

			if (c == '.') {
				dots++;
				hex = false;
				continue;
			}
			hex = hex && class_of[c] & C_HEX;
			digits = digits && c >= '0' && c <= '9';
		}
		if (i - from >= 3)
			token(st, text, from, i, dots, hex, digits);
		if (i < text.n)
			i = text.p[i] == ':' ? colon(st, text, i) : i + 1;
	}
}

/* ---- events ---- */

static bool is_text(const struct fb_field *f)
{
	return f->type == FB_V_UTF8 || f->type == FB_V_UTF16 || f->type == FB_V_ANSI ||
	       f->type == FB_V_URI || f->type == FB_V_PARTS || f->type == FB_V_ARRAY;
}

static int scan_field(struct ic_state *st, const struct fb_field *f)
{
	struct fb_slice v;

	if (!is_text(f) || (f->type != FB_V_PARTS && f->v.n + f->v2.n < 3))
		return 0;
	fb_buf_clear(&st->text);
	if (fb_value_fold(f, &st->text))
		return FB_ENOMEM;
	v = fb_buf_view(&st->text);
	st->field = f->name;
	/* Names of files may hold blanks: a value that is a path counts as a whole too. */
	if (st->s->count[IC_FILE] && v.n <= FB_PATH_MAX && (memchr(v.p, '\\', v.n) || memchr(v.p, '/', v.n)))
		look_file(st, v);
	scan_text(st, v);
	return 0;
}

static int by_item(const void *a, const void *b)
{
	const struct found *x = a, *y = b;

	return (x->item > y->item) - (x->item < y->item);
}

static int scan_line(struct ic_state *st, const struct fb_event *ev)
{
	struct fb_slice line = ev->raw;

	if (line.n > FB_LINE_MAX)
		line.n = FB_LINE_MAX;
	fb_buf_clear(&st->text);
	if (fb_utf8_fold(&st->text, line))
		return FB_ENOMEM;
	st->field = fb_slice(NULL, 0);
	scan_text(st, fb_buf_view(&st->text));
	return 0;
}

int ic_match(void *state, const struct fb_event *ev, struct fb_hits *hits)
{
	struct ic_state *st = state;
	int r = 0;

	st->nfound = st->lost = 0;
	st->time = ev->time;
	if (st->s->nitems == 0)
		return 0;
	/* The line first: it mostly says that no field need be looked at. */
	if (fb_lane_is_lines(ev->lane)) {
		r = scan_line(st, ev);
		if (r || st->nfound == 0)
			return r;
		st->nfound = 0;
	}
	for (size_t i = 0; i < ev->nfields && !r; i++)
		r = scan_field(st, &ev->fields[i]);
	if (r)
		return r;
	if (st->nfound > 1)
		qsort(st->found, st->nfound, sizeof *st->found, by_item);
	for (uint32_t i = 0; i < st->nfound; i++) {
		if (hits->n == FB_HITS_MAX) {
			hits->lost += st->nfound - i;
			break;
		}
		hits->v[hits->n++] = (struct fb_hit){ st->found[i].item->rule, st->found[i].sub };
	}
	hits->lost += st->lost;
	return 0;
}

/* At most max bytes, cut between characters. */
static void put_cut(struct fb_buf *out, struct fb_slice s, size_t max)
{
	if (s.n > max) {
		while (max && (s.p[max] & 0xC0) == 0x80)
			max--;
		s.n = max;
	}
	(void)fb_utf8_clean(out, s);
}

static void describe(struct ic_state *st, const struct found *f)
{
	const struct ic_item *it = f->item;
	char time[FB_TIME_TEXT];

	fb_buf_clear(&st->note);
	put_cut(&st->note, fb_slice_str(it->text), 120);
	if (f->field.n) {
		(void)fb_buf_puts(&st->note, " in ");
		put_cut(&st->note, f->field, 40);
	}
	if (it->note[0]) {
		(void)fb_buf_puts(&st->note, " (");
		put_cut(&st->note, fb_slice_str(it->note), 80);
		(void)fb_buf_putc(&st->note, ')');
	}
	if (it->confidence)
		(void)fb_buf_printf(&st->note, ", confidence %u", it->confidence);
	if (it->until != FB_TIME_NONE && st->time != FB_TIME_NONE && st->time > it->until)
		(void)fb_buf_printf(&st->note, ", expired %.10s", fb_time_text(it->until, 0, time));
}

struct fb_slice ic_note(void *state, uint32_t rule, uint32_t sub)
{
	struct ic_state *st = state;

	for (uint32_t i = 0; i < st->nfound; i++) {
		if (st->found[i].item->rule != rule || st->found[i].sub != sub)
			continue;
		describe(st, &st->found[i]);
		return fb_buf_view(&st->note);
	}
	return fb_slice(NULL, 0);
}

/* ---- files ---- */

int ic_known(void *state, const struct fb_file *file, const struct fb_file_sink *sink)
{
	struct ic_state *st = state;
	char hex[2 * FB_SHA256 + 1];
	int r = 0;

	st->nfound = st->lost = 0;
	st->time = FB_TIME_NONE;
	fb_hex(file->sha256, FB_SHA256, hex);
	st->field = FB_LIT("the file's SHA-256");
	(void)look(st, IC_HASH, fb_slice(hex, 2 * FB_SHA256));
	fb_buf_clear(&st->text);
	if (fb_utf8_fold(&st->text, fb_slice_str(file->path)))
		return FB_ENOMEM;
	/* A member's path begins behind its archive's. */
	for (size_t i = 0; i < st->text.n; i++)
		if (st->text.p[i] == '!')
			st->text.p[i] = '/';
	st->field = FB_LIT("the file's name");
	look_file(st, fb_buf_view(&st->text));
	if (st->nfound > 1)
		qsort(st->found, st->nfound, sizeof *st->found, by_item);
	for (uint32_t i = 0; i < st->nfound && !r; i++) {
		struct fb_file_hit hit = { .rule = st->found[i].item->rule, .sub = st->found[i].sub };

		describe(st, &st->found[i]);
		hit.summary = fb_buf_view(&st->note);
		r = sink->hit(sink, &hit);
	}
	return r;
}
