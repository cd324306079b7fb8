/* Plain text and CSV. A line is a value; behind a separator may stand what it is for and
 * a score (THOR's and LOKI's lists); a first line of column names makes it CSV. */
#include "detect/ioc/set.h"

#include "base/buf.h"
#include "base/limits.h"

#include <string.h>

enum column { C_VALUE, C_TYPE, C_NOTE, C_CONFIDENCE, C_UNTIL, C_DETECT, C_COLUMNS };

/* Names that the exports of common tools give their columns. */
static const struct {
	const char *name;
	enum column column;
} columns[] = {
	{ "value", C_VALUE }, { "indicator", C_VALUE }, { "ioc", C_VALUE }, { "observable", C_VALUE },
	{ "indicator_value", C_VALUE }, { "ioc_value", C_VALUE },
	{ "type", C_TYPE }, { "indicator_type", C_TYPE }, { "ioc_type", C_TYPE },
	{ "comment", C_NOTE }, { "description", C_NOTE }, { "note", C_NOTE }, { "notes", C_NOTE },
	{ "threat", C_NOTE }, { "malware", C_NOTE }, { "event_info", C_NOTE },
	{ "confidence", C_CONFIDENCE }, { "score", C_CONFIDENCE }, { "confidence_level", C_CONFIDENCE },
	{ "valid_until", C_UNTIL }, { "expires", C_UNTIL }, { "expiry", C_UNTIL }, { "expiration", C_UNTIL },
	{ "to_ids", C_DETECT },
};

static const struct {
	const char *name;
	enum ic_type type;
} types[] = {
	{ "ip", IC_ADDRESS }, { "ipv4", IC_ADDRESS }, { "ipv6", IC_ADDRESS }, { "ip-src", IC_ADDRESS },
	{ "ip-dst", IC_ADDRESS }, { "ipv4-addr", IC_ADDRESS }, { "ipv6-addr", IC_ADDRESS },
	{ "address", IC_ADDRESS }, { "ip address", IC_ADDRESS }, { "cidr", IC_NETWORK },
	{ "network", IC_NETWORK }, { "domain", IC_DOMAIN }, { "hostname", IC_DOMAIN },
	{ "domain-name", IC_DOMAIN }, { "fqdn", IC_DOMAIN }, { "host", IC_DOMAIN }, { "url", IC_URL },
	{ "uri", IC_URL }, { "link", IC_URL }, { "md5", IC_HASH }, { "sha1", IC_HASH }, { "sha256", IC_HASH },
	{ "md5_hash", IC_HASH }, { "sha1_hash", IC_HASH }, { "sha256_hash", IC_HASH }, { "hash", IC_HASH },
	{ "filename", IC_FILE }, { "file", IC_FILE }, { "file name", IC_FILE }, { "filepath", IC_FILE },
	{ "path", IC_FILE }, { "email", IC_EMAIL }, { "e-mail", IC_EMAIL }, { "email-addr", IC_EMAIL },
	{ "email-src", IC_EMAIL }, { "email-dst", IC_EMAIL },
};

static bool same(struct fb_slice s, const char *word)
{
	return fb_slice_ieq(s, fb_slice_str(word));
}

enum ic_type ic_type_named(struct fb_slice name)
{
	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (same(name, types[i].name))
			return types[i].type;
	return IC_TYPES;
}

/* ---- one line ---- */

#define CELLS_MAX 64

/* Cells of a CSV line (RFC 4180, but for line ends inside of quotes), unquoted in place. */
static size_t split(struct fb_slice line, char separator, uint8_t *room, struct fb_slice *cell)
{
	size_t n = 0, at = 0, w = 0;

	while (n < CELLS_MAX) {
		size_t begin = w;
		bool quoted = at < line.n && line.p[at] == '"';

		at += quoted;
		while (at < line.n) {
			uint8_t c = line.p[at++];

			if (quoted && c == '"') {
				quoted = at < line.n && line.p[at] == '"';
				at += quoted;
				if (!quoted)
					continue;
			} else if (!quoted && c == (uint8_t)separator) {
				at--;
				break;
			}
			room[w++] = c;
		}
		cell[n++] = fb_slice_trim(fb_slice(room + begin, w - begin));
		if (at >= line.n)
			break;
		at++;
	}
	return n;
}

struct reader {
	struct ic_loader *l;
	bool csv;
	int at[C_COLUMNS]; /* cell of each column, or -1 */
	char separator;
	uint8_t *room;
};

static bool header(struct reader *r, const struct fb_slice *cell, size_t n)
{
	for (unsigned i = 0; i < C_COLUMNS; i++)
		r->at[i] = -1;
	for (size_t c = 0; c < n; c++)
		for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
			if (same(cell[c], columns[i].name) && r->at[columns[i].column] < 0)
				r->at[columns[i].column] = (int)c;
	return r->at[C_VALUE] >= 0 && n > 1;
}

static struct fb_slice of(const struct reader *r, const struct fb_slice *cell, size_t n, enum column c)
{
	return r->at[c] >= 0 && (size_t)r->at[c] < n ? cell[r->at[c]] : fb_slice(NULL, 0);
}

static unsigned confidence_of(struct fb_slice s)
{
	uint64_t v;

	if (same(s, "high"))
		return 90;
	if (same(s, "medium"))
		return 60;
	if (same(s, "low"))
		return 30;
	return !fb_slice_u64(s, &v) ? 0 : v > 100 ? 100 : (unsigned)v;
}

static int csv_line(struct reader *r, unsigned line, const struct fb_slice *cell, size_t n)
{
	struct fb_slice type = of(r, cell, n, C_TYPE), until = of(r, cell, n, C_UNTIL);
	struct fb_slice detect = of(r, cell, n, C_DETECT);
	fb_time end = FB_TIME_NONE;
	enum ic_type t = ic_type_named(type);

	if (same(detect, "0") || same(detect, "false"))
		return ic_left_out(r->l, line, "is for context, not for detection (to_ids)", false);
	if (type.n && t == IC_TYPES && !same(type, "indicator"))
		return ic_left_out(r->l, line, "has a type that is not looked for", false);
	if (until.n && !fb_time_parse(until, &end, NULL))
		return ic_left_out(r->l, line, "has an end of validity that is no time", true);
	return ic_add(r->l, line, of(r, cell, n, C_VALUE), t, of(r, cell, n, C_NOTE),
		      confidence_of(of(r, cell, n, C_CONFIDENCE)), end);
}

/* A pattern of LOKI's lists that only escapes: "\\temp\\evil\.exe". *plain: it is one. */
static struct fb_slice unescape(struct fb_slice s, uint8_t *room, bool *plain)
{
	size_t n = 0;

	*plain = true;
	for (size_t i = 0; i < s.n; i++) {
		uint8_t c = s.p[i];

		if (c == '\\' && i + 1 < s.n && strchr("\\.-_$()[]{}+ ", s.p[i + 1])) {
			c = s.p[++i];
		} else if (strchr("\\[]()*+?{}|^$", c)) {
			*plain = false;
			break;
		}
		room[n++] = c;
	}
	return fb_slice(room, n);
}

static size_t find(struct fb_slice s, uint8_t c)
{
	const uint8_t *at = memchr(s.p, c, s.n);

	return at ? (size_t)(at - s.p) : s.n;
}

static bool is_pattern(struct fb_slice s)
{
	if (find(s, '\\') == s.n)
		return false;
	for (size_t i = 0; i + 1 < s.n; i++)
		if (s.p[i] == '\\' && strchr("\\.dws", s.p[i + 1]))
			return true;
	return false;
}

static size_t last_semicolon(struct fb_slice s)
{
	for (size_t i = s.n; i > 0; i--)
		if (s.p[i - 1] == ';')
			return i - 1;
	return s.n;
}

/* "value", "value;note", "value;note;score", "value;score", "value # note". */
static int text_line(struct reader *r, unsigned line, struct fb_slice s)
{
	struct fb_slice value = s, note = fb_slice(NULL, 0);
	unsigned score = 0;
	size_t semicolon = find(s, ';');
	size_t hash = find(s, '#') < s.n ? fb_slice_find(s, FB_LIT(" #")) : s.n;
	enum ic_type type = IC_TYPES;

	if (semicolon < s.n) {
		struct fb_slice rest = fb_slice_trim(fb_slice_sub(s, semicolon + 1, s.n));
		size_t last = last_semicolon(rest);
		struct fb_slice tail = last < rest.n ? fb_slice_trim(fb_slice_sub(rest, last + 1, rest.n))
						     : rest;

		value = fb_slice_trim(fb_slice(s.p, semicolon));
		note = rest;
		score = confidence_of(tail);
		if (score)
			note = last < rest.n ? fb_slice_trim(fb_slice(rest.p, last)) : fb_slice(NULL, 0);
	} else if (hash < s.n) {
		value = fb_slice_trim(fb_slice(s.p, hash));
		note = fb_slice_trim(fb_slice_sub(s, hash + 2, s.n));
	}
	if (is_pattern(value) && fb_slice_find(value, FB_LIT("://")) == value.n) {
		bool plain;

		value = unescape(value, r->room, &plain);
		if (!plain)
			return ic_left_out(r->l, line, "is a regular expression", false);
		type = fb_slice_find(value, FB_LIT("\\")) < value.n ? IC_FILE : IC_TYPES;
	}
	return ic_add(r->l, line, value, type, note, score, FB_TIME_NONE);
}

int ic_read_text(struct ic_loader *l, struct fb_slice text)
{
	struct reader r = { .l = l, .separator = ',' };
	struct fb_buf room;
	unsigned number = 0;
	bool first = true;
	int code = 0;

	if (text.n >= 3 && memcmp(text.p, "\xEF\xBB\xBF", 3) == 0)
		text = fb_slice_sub(text, 3, text.n);
	fb_buf_init(&room, FB_INDICATOR_LINE_MAX + 1);
	if (fb_buf_reserve(&room, FB_INDICATOR_LINE_MAX))
		return FB_ENOMEM;
	r.room = room.p;
	while (text.n && !code) {
		const uint8_t *end = memchr(text.p, '\n', text.n);
		size_t n = end ? (size_t)(end - text.p) : text.n;
		struct fb_slice s = fb_slice_trim(fb_slice(text.p, n)), cell[CELLS_MAX];
		size_t cells;

		text = fb_slice_sub(text, end ? n + 1 : n, text.n);
		number++;
		if (s.n == 0 || s.p[0] == '#' || (s.n > 1 && s.p[0] == '/' && s.p[1] == '/'))
			continue;
		if (s.n > FB_INDICATOR_LINE_MAX) {
			code = ic_left_out(l, number, "is too long", true);
			continue;
		}
		if (first) {
			r.separator = memchr(s.p, '\t', s.n) ? '\t' : memchr(s.p, ',', s.n) ? ',' : ';';
			cells = split(s, r.separator, r.room, cell);
			r.csv = header(&r, cell, cells);
			first = false;
			if (r.csv)
				continue;
		}
		if (r.csv) {
			cells = split(s, r.separator, r.room, cell);
			code = csv_line(&r, number, cell, cells);
		} else {
			code = text_line(&r, number, s);
		}
	}
	fb_buf_dispose(&room);
	return code;
}
