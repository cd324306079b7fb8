/* Known text, decoded as the functions of the languages would do it. */
#include "detect/webshell/ws.h"

#include <ctype.h>
#include <zlib.h>

static int digit64(uint8_t c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (isdigit(c))
		return c - '0' + 52;
	return c == '+' || c == '-' ? 62 : c == '/' || c == '_' ? 63 : -1;
}

static bool base64(struct ws_file *w, struct fb_slice in, struct fb_slice *out)
{
	uint32_t acc = 0;
	unsigned have = 0;
	size_t n = 0;
	uint8_t *p;

	(void)ws_bytes(w, in.n / 4 * 3 + 4, &p);
	if (!p)
		return false;
	for (size_t i = 0; i < in.n; i++) {
		int d = digit64(in.p[i]);

		if (d < 0)
			continue; /* as PHP does */
		acc = acc << 6 | (uint32_t)d;
		have += 6;
		if (have >= 8) {
			have -= 8;
			p[n++] = (uint8_t)(acc >> have);
		}
	}
	*out = fb_slice(p, n);
	return n > 0 || in.n == 0;
}

static int hex(uint8_t c)
{
	return isdigit(c) ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1;
}

static bool unhex(struct ws_file *w, struct fb_slice in, struct fb_slice *out)
{
	uint8_t *p;
	size_t n = 0;

	(void)ws_bytes(w, in.n / 2 + 1, &p);
	if (!p)
		return false;
	for (size_t i = 0; i + 1 < in.n; i += 2) {
		if (hex(in.p[i]) < 0 || hex(in.p[i + 1]) < 0)
			return false;
		p[n++] = (uint8_t)(hex(in.p[i]) << 4 | hex(in.p[i + 1]));
	}
	*out = fb_slice(p, n);
	return true;
}

static bool unurl(struct ws_file *w, struct fb_slice in, struct fb_slice *out)
{
	uint8_t *p;
	size_t n = 0;

	(void)ws_bytes(w, in.n, &p);
	if (!p)
		return false;
	for (size_t i = 0; i < in.n; i++) {
		if (in.p[i] == '%' && i + 2 < in.n && hex(in.p[i + 1]) >= 0 && hex(in.p[i + 2]) >= 0) {
			p[n++] = (uint8_t)(hex(in.p[i + 1]) << 4 | hex(in.p[i + 2]));
			i += 2;
		} else {
			p[n++] = in.p[i] == '+' ? ' ' : in.p[i];
		}
	}
	*out = fb_slice(p, n);
	return true;
}

static bool rot13(struct ws_file *w, struct fb_slice in, struct fb_slice *out)
{
	uint8_t *p;

	(void)ws_bytes(w, in.n, &p);
	if (!p)
		return false;
	for (size_t i = 0; i < in.n; i++) {
		uint8_t c = in.p[i];

		if (isascii(c) && isalpha(c)) {
			uint8_t base = isupper(c) ? 'A' : 'a';

			c = (uint8_t)(base + (c - base + 13) % 26);
		}
		p[i] = c;
	}
	*out = fb_slice(p, in.n);
	return true;
}

static bool reverse(struct ws_file *w, struct fb_slice in, struct fb_slice *out)
{
	uint8_t *p;

	(void)ws_bytes(w, in.n, &p);
	for (size_t i = 0; p && i < in.n; i++)
		p[i] = in.p[in.n - 1 - i];
	*out = fb_slice(p, in.n);
	return p != NULL;
}

/* Raw, zlib's and gzip's, whichever it is. */
static bool inflated(struct ws_file *w, struct fb_slice in, struct fb_slice *out)
{
	static const int kinds[] = { -15, 15 + 32 };
	size_t room = in.n > FB_WEBSHELL_TEXT_MAX / 16 ? FB_WEBSHELL_TEXT_MAX : in.n * 16 + 4096;
	uint8_t *p;

	if (in.n > FB_WEBSHELL_TEXT_MAX)
		return false;
	(void)ws_bytes(w, room, &p);
	for (size_t k = 0; p && k < 2; k++) {
		z_stream z = { .next_in = (Bytef *)(uintptr_t)in.p, .avail_in = (uInt)in.n, .next_out = p,
			       .avail_out = (uInt)room };
		int r;

		if (inflateInit2(&z, kinds[k]) != Z_OK)
			continue;
		r = inflate(&z, Z_SYNC_FLUSH);
		(void)inflateEnd(&z);
		if ((r == Z_OK || r == Z_STREAM_END || r == Z_BUF_ERROR) && z.total_out > 0) {
			*out = fb_slice(p, z.total_out);
			return true;
		}
	}
	return false;
}

bool ws_decode(struct ws_file *w, enum ws_step step, struct fb_slice in, struct fb_slice *out)
{
	switch (step) {
	case ST_BASE64: return base64(w, in, out);
	case ST_HEX: return unhex(w, in, out);
	case ST_URL: return unurl(w, in, out);
	case ST_ROT13: return rot13(w, in, out);
	case ST_REVERSE: return reverse(w, in, out);
	case ST_INFLATE: return inflated(w, in, out);
	case ST_ENCODING:
		*out = in;
		return true;
	default: return false;
	}
}
