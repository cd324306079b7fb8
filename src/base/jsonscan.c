#include "base/jsonscan.h"

#include "base/text.h"

struct scan {
	struct fb_slice in;
	size_t at;
	struct fb_buf text; /* of the string in hand */
	int (*value)(void *user, const struct fb_jsonscan *v);
	void *user;
};

static void blanks(struct scan *s)
{
	while (s->at < s->in.n && (s->in.p[s->at] == ' ' || s->in.p[s->at] == '\t' ||
				   s->in.p[s->at] == '\r' || s->in.p[s->at] == '\n'))
		s->at++;
}

static int peek(struct scan *s)
{
	blanks(s);
	return s->at < s->in.n ? s->in.p[s->at] : -1;
}

/* The bytes between the quotes, as written. */
static int raw_string(struct scan *s, struct fb_slice *out)
{
	size_t from;

	if (peek(s) != '"')
		return FB_EINPUT;
	from = ++s->at;
	while (s->at < s->in.n && s->in.p[s->at] != '"')
		s->at += s->in.p[s->at] == '\\' ? 2 : 1;
	if (s->at >= s->in.n)
		return FB_EINPUT;
	*out = fb_slice_sub(s->in, from, s->at - from);
	s->at++;
	return 0;
}

static int unit(struct fb_slice raw, size_t at, uint32_t *out)
{
	*out = 0;
	if (at > raw.n || raw.n - at < 4)
		return FB_EINPUT;
	for (size_t i = 0; i < 4; i++) {
		uint8_t c = raw.p[at + i], low = c | 0x20;

		if (c >= '0' && c <= '9')
			*out = *out * 16 + c - '0';
		else if (low >= 'a' && low <= 'f')
			*out = *out * 16 + low - 'a' + 10;
		else
			return FB_EINPUT;
	}
	return 0;
}

/* An escape at `at` of raw, behind its backslash; *n bytes of it. */
static int escape(struct scan *s, struct fb_slice raw, size_t at, size_t *n)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	const char *which = raw.p[at] ? strchr(from, raw.p[at]) : NULL;
	uint32_t hi, lo;
	uint8_t utf8[4];

	*n = 1;
	if (which)
		return fb_buf_putc(&s->text, (uint8_t)to[which - from]);
	if (raw.p[at] != 'u' || unit(raw, at + 1, &hi))
		return FB_EINPUT;
	*n = 5;
	if (hi >= 0xD800 && hi < 0xDC00 && raw.n - at > 6 && raw.p[at + 5] == '\\' &&
	    raw.p[at + 6] == 'u' && unit(raw, at + 7, &lo) == 0 && lo >= 0xDC00 && lo < 0xE000) {
		hi = 0x10000 + ((hi - 0xD800) << 10) + (lo - 0xDC00);
		*n = 11;
	}
	return fb_buf_put(&s->text, utf8, fb_utf8_put(hi, utf8));
}

static int unescape(struct scan *s, struct fb_slice raw, struct fb_slice *out)
{
	fb_buf_clear(&s->text);
	for (size_t i = 0; i < raw.n; i++) {
		size_t n;
		int r;

		if (raw.p[i] != '\\') {
			(void)fb_buf_putc(&s->text, raw.p[i]);
			continue;
		}
		if (++i == raw.n)
			return FB_EINPUT;
		r = escape(s, raw, i, &n);
		if (r)
			return r;
		i += n - 1;
	}
	*out = fb_buf_view(&s->text);
	return fb_buf_code(&s->text);
}

static int scalar(struct scan *s, struct fb_jsonscan *v)
{
	size_t from = s->at;
	int r;

	v->text = peek(s) == '"';
	if (v->text) {
		struct fb_slice raw;

		r = raw_string(s, &raw);
		if (r == 0)
			r = unescape(s, raw, &v->value);
		return r ? r : s->value(s->user, v);
	}
	from = s->at;
	while (s->at < s->in.n && strchr("+-.0123456789aeflnrstuE", s->in.p[s->at]) && s->in.p[s->at])
		s->at++;
	v->value = fb_slice_sub(s->in, from, s->at - from);
	return v->value.n ? s->value(s->user, v) : FB_EINPUT;
}

static int walk(struct scan *s, struct fb_slice above, struct fb_slice key, unsigned depth);

static int inside(struct scan *s, struct fb_slice above, struct fb_slice key, unsigned depth, bool object)
{
	int end = object ? '}' : ']', r;

	s->at++;
	if (peek(s) == end) {
		s->at++;
		return 0;
	}
	for (;;) {
		struct fb_slice mine = key;

		if (object) {
			r = raw_string(s, &mine);
			if (r == 0 && peek(s) != ':')
				r = FB_EINPUT;
			if (r)
				return r;
			s->at++;
		}
		r = object ? walk(s, key, mine, depth + 1) : walk(s, above, mine, depth + 1);
		if (r)
			return r;
		r = peek(s);
		s->at++;
		if (r == end)
			return 0;
		if (r != ',')
			return FB_EINPUT;
	}
}

static int walk(struct scan *s, struct fb_slice above, struct fb_slice key, unsigned depth)
{
	struct fb_jsonscan v = { .above = above, .key = key, .depth = depth };
	int c = peek(s);

	if (c == '{' || c == '[')
		return depth >= FB_JSONSCAN_DEPTH ? FB_EINPUT : inside(s, above, key, depth, c == '{');
	return scalar(s, &v);
}

int fb_jsonscan(struct fb_slice in, size_t *used,
		int (*value)(void *user, const struct fb_jsonscan *v), void *user)
{
	struct scan s = { .in = in, .value = value, .user = user };
	int r;

	fb_buf_init(&s.text, in.n + 16);
	r = walk(&s, FB_LIT(""), FB_LIT(""), 0);
	*used = s.at < in.n ? s.at : in.n;
	fb_buf_dispose(&s.text);
	return r;
}
