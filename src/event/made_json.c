/* Events from JSON lines: one flat object a line. */
#include "event/made.h"

#include "base/text.h"

struct reader {
	struct fb_made *m;
	struct fb_slice s;
	size_t at;
	struct fb_err *err;
};

static int bad(struct reader *r, const char *what)
{
	return fb_fail(r->err, FB_EINPUT, "at byte %zu: %s", r->at + 1, what);
}

static int no_memory(struct reader *r)
{
	return fb_fail(r->err, FB_ENOMEM, "out of memory");
}

/* The next character that is no blank, or 0 at the end. */
static uint8_t peek(struct reader *r)
{
	while (r->at < r->s.n && (r->s.p[r->at] == ' ' || r->s.p[r->at] == '\t' ||
				  r->s.p[r->at] == '\r' || r->s.p[r->at] == '\n'))
		r->at++;
	return r->at < r->s.n ? r->s.p[r->at] : 0;
}

static int expect(struct reader *r, uint8_t c, const char *what)
{
	if (peek(r) != c)
		return bad(r, what);
	r->at++;
	return 0;
}

/* Four hexadecimal digits at r->at. */
static bool hex4(struct reader *r, uint32_t *out)
{
	uint32_t v = 0;

	if (r->s.n - r->at < 4)
		return false;
	for (size_t i = 0; i < 4; i++) {
		uint8_t c = r->s.p[r->at + i], lower = c | 0x20;

		if (c >= '0' && c <= '9')
			v = v << 4 | (uint32_t)(c - '0');
		else if (lower >= 'a' && lower <= 'f')
			v = v << 4 | (uint32_t)(lower - 'a' + 10);
		else
			return false;
	}
	r->at += 4;
	*out = v;
	return true;
}

/* Behind a backslash: the character, up to 4 bytes. */
static int escape(struct reader *r, uint8_t *out, size_t *n)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	uint8_t c = r->at < r->s.n ? r->s.p[r->at] : 0;
	const char *known = c ? strchr(from, c) : NULL;
	uint32_t cp, low;

	if (known) {
		r->at++;
		out[(*n)++] = (uint8_t)to[known - from];
		return 0;
	}
	if (c != 'u')
		return bad(r, "no such escape");
	r->at++;
	if (!hex4(r, &cp))
		return bad(r, "four hexadecimal digits are expected");
	if (cp >= 0xD800 && cp < 0xDC00 && r->s.n - r->at >= 6 && r->s.p[r->at] == '\\' &&
	    r->s.p[r->at + 1] == 'u') {
		size_t back = r->at;

		r->at += 2;
		if (hex4(r, &low) && low >= 0xDC00 && low < 0xE000)
			cp = 0x10000 + ((cp - 0xD800) << 10) + (low - 0xDC00);
		else
			r->at = back;
	}
	*n += fb_utf8_put(cp, out + *n);
	return 0;
}

static int string(struct reader *r, struct fb_slice *out)
{
	uint8_t *text;
	size_t n = 0;
	int code = expect(r, '"', "text in quotes is expected");

	if (code)
		return code;
	/* Never longer than written, but for \u, six bytes that become three. */
	text = fb_arena_get(&r->m->arena, r->s.n - r->at + 4);
	if (!text)
		return no_memory(r);
	while (r->at < r->s.n && r->s.p[r->at] != '"') {
		uint8_t c = r->s.p[r->at++];

		if (c < 0x20)
			return bad(r, "a control character inside of text");
		if (c != '\\')
			text[n++] = c;
		else if ((code = escape(r, text, &n)) != 0)
			return code;
	}
	if (r->at == r->s.n)
		return bad(r, "the text has no end");
	r->at++;
	*out = fb_slice(text, n);
	return 0;
}

static bool word(struct reader *r, const char *w)
{
	struct fb_slice s = fb_slice_str(w);

	if (!fb_slice_starts(fb_slice_sub(r->s, r->at, r->s.n), s))
		return false;
	r->at += s.n;
	return true;
}

/* A number, true, false or null. */
static int plain(struct reader *r, struct fb_slice name)
{
	size_t from = r->at;
	bool negative = false;
	struct fb_slice s;
	uint8_t b[8];
	uint64_t n;

	if (word(r, "null"))
		return fb_made_field(r->m, name, FB_V_NULL, fb_slice("", 0));
	if (word(r, "true"))
		return fb_made_field(r->m, name, FB_V_BOOL, fb_slice("\1", 1));
	if (word(r, "false"))
		return fb_made_field(r->m, name, FB_V_BOOL, fb_slice("\0", 1));
	while (r->at < r->s.n && strchr("+-.0123456789eE", r->s.p[r->at]) && r->s.p[r->at])
		r->at++;
	s = fb_slice_sub(r->s, from, r->at - from);
	if (s.n == 0)
		return bad(r, "a value is expected");
	if (fb_slice_ieq(name, FB_LIT("EventID")))
		return fb_made_value(r->m, name, s);
	negative = s.p[0] == '-';
	if (!fb_slice_u64(fb_slice_sub(s, negative, s.n), &n) || (negative && n > INT64_MAX))
		return fb_made_field(r->m, name, FB_V_UTF8, s); /* a fraction: as written */
	n = negative ? 0 - n : n;
	for (size_t k = 0; k < 8; k++)
		b[k] = (uint8_t)(n >> 8 * k);
	return fb_made_field(r->m, name, negative ? FB_V_I64 : FB_V_U64, fb_slice(b, 8));
}

static int scalar(struct reader *r, struct fb_slice name)
{
	struct fb_slice text;
	uint8_t c = peek(r);
	int code;

	if (c == '{' || c == '[')
		return bad(r, "nested too deep: an event is one flat object");
	if (c != '"')
		return plain(r, name);
	code = string(r, &text);
	if (code)
		return code;
	/* EventID may be given as text; special values are for lines, not for JSON. */
	if (fb_slice_ieq(name, FB_LIT("EventID")))
		return fb_made_value(r->m, name, text);
	return fb_made_field(r->m, name, FB_V_UTF8, text);
}

/* Each item by item(); brackets may be left out around a single one. */
static int items(struct reader *r, void *user, int (*item)(struct reader *, void *))
{
	int code;

	if (peek(r) != '[')
		return item(r, user);
	r->at++;
	if (peek(r) == ']') {
		r->at++;
		return 0;
	}
	for (;;) {
		code = item(r, user);
		if (code)
			return code;
		if (peek(r) == ']')
			break;
		code = expect(r, ',', "\",\" or \"]\" is expected");
		if (code)
			return code;
	}
	r->at++;
	return 0;
}

static int field_item(struct reader *r, void *user)
{
	const struct fb_slice *name = user;

	return scalar(r, *name);
}

static int note_item(struct reader *r, void *user)
{
	struct fb_made_note *note = user;
	struct fb_slice id;
	uint8_t *joined;
	int code = string(r, &id);

	if (code)
		return code;
	if (memchr(id.p, 0, id.n) || id.n == 0)
		return bad(r, "not the id of a rule");
	joined = fb_arena_get(&r->m->arena, note->ids.n + id.n + 1);
	if (!joined)
		return no_memory(r);
	if (note->ids.n)
		memcpy(joined, note->ids.p, note->ids.n);
	memcpy(joined + note->ids.n, id.p, id.n);
	joined[note->ids.n + id.n] = 0;
	note->ids = fb_slice(joined, note->ids.n + id.n + 1);
	note->yes = true;
	return 0;
}

static int pair(struct reader *r, struct fb_made_note *note)
{
	struct fb_slice name, text;
	int code = string(r, &name);

	if (!code)
		code = expect(r, ':', "\":\" is expected");
	if (code)
		return code;
	if (fb_slice_eqs(name, "_lane")) {
		code = string(r, &text);
		return code ? code : fb_made_value(r->m, FB_LIT("lane"), text);
	}
	if (!fb_slice_eqs(name, "_expect"))
		return items(r, &name, field_item);
	(void)peek(r);
	*note = (struct fb_made_note){ .given = true };
	if (word(r, "true"))
		note->yes = true;
	else if (!word(r, "false"))
		return items(r, note, note_item);
	return 0;
}

int fb_made_json(struct fb_made *m, struct fb_slice line, struct fb_made_note *note,
		 struct fb_err *err)
{
	struct reader r = { .m = m, .s = line, .err = err };
	int code = expect(&r, '{', "an object is expected");

	*note = (struct fb_made_note){ 0 };
	if (!code && peek(&r) == '}') {
		r.at++;
	} else {
		while (!code) {
			code = pair(&r, note);
			if (code || peek(&r) == '}')
				break;
			code = expect(&r, ',', "\",\" or \"}\" is expected");
		}
		r.at += !code;
	}
	if (code == FB_ENOMEM && !err->code)
		return no_memory(&r);
	if (!code && peek(&r))
		code = bad(&r, "something follows the object");
	return code;
}
