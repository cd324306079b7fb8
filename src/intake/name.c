#include "intake/name.h"

#include "base/limits.h"
#include "base/text.h"

static bool hexdigit(char c)
{
	return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
}

/* The first character of s: its bytes, and whether they must be escaped. */
static size_t next(struct fb_slice s, bool *escape)
{
	uint32_t cp;
	int n = fb_utf8_next(s, &cp);

	*escape = n < 0 || cp < 0x20 || (cp >= 0x7F && cp < 0xA0) ||
		  (cp == '\\' && s.n >= 4 && s.p[1] == 'x' && hexdigit((char)s.p[2]) &&
		   hexdigit((char)s.p[3]));
	return n < 0 ? 1 : (size_t)n;
}

static void put_escaped(struct fb_buf *out, const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		(void)fb_buf_printf(out, "\\x%02X", p[i]);
}

void fb_name_put(struct fb_buf *out, struct fb_slice s)
{
	while (s.n) {
		bool escape;
		size_t n = next(s, &escape);

		if (escape)
			put_escaped(out, s.p, n);
		else
			(void)fb_buf_put(out, s.p, n);
		s = fb_slice_sub(s, n, s.n);
	}
}

/* One part of a path; false: it did not fit. */
static bool put_part(struct fb_buf *out, size_t most, struct fb_slice part, unsigned *odd)
{
	if (fb_slice_eqs(part, "..")) {
		*odd |= FB_NAME_OUTSIDE;
		put_escaped(out, part.p, part.n);
		return out->n <= most;
	}
	while (part.n && out->n <= most) {
		bool escape;
		size_t n = next(part, &escape);

		if (escape) {
			*odd |= FB_NAME_BROKEN;
			put_escaped(out, part.p, n);
		} else {
			(void)fb_buf_put(out, part.p, n);
		}
		part = fb_slice_sub(part, n, part.n);
	}
	return out->n <= most;
}

/* Back to a length at which no character and no escape is cut in two. */
static void cut(struct fb_buf *out, size_t at)
{
	while (at && (out->p[at] & 0xC0) == 0x80)
		at--;
	for (size_t back = 1; back <= 3 && back <= at; back++)
		if (out->p[at - back] == '\\') {
			at -= back;
			break;
		}
	out->n = at;
	(void)fb_buf_puts(out, "\xE2\x80\xA6"); /* … */
}

unsigned fb_name_member(struct fb_buf *out, struct fb_slice name, bool windows)
{
	size_t start = out->n, most = start + FB_MEMBER_NAME_MAX;
	unsigned odd = 0;

	windows = windows && fb_slice_find(name, FB_LIT("/")) == name.n;
	if (name.n && (name.p[0] == '/' || (windows && name.p[0] == '\\')))
		odd |= FB_NAME_OUTSIDE;
	while (name.n && out->n <= most) {
		size_t n = 0;
		struct fb_slice part;

		while (n < name.n && name.p[n] != '/' && !(windows && name.p[n] == '\\'))
			n++;
		part = fb_slice_sub(name, 0, n);
		name = fb_slice_sub(name, n + 1, name.n);
		if (part.n == 0 || fb_slice_eqs(part, "."))
			continue;
		if (out->n > start)
			(void)fb_buf_putc(out, '/');
		if (!put_part(out, most, part, &odd))
			break;
	}
	if (out->n > most) {
		odd |= FB_NAME_CUT;
		cut(out, most);
	}
	return odd;
}
