#include "show/defang.h"

#include "base/cursor.h"
#include "event/entity.h"

static bool is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

static bool is_word(uint8_t c)
{
	return is_digit(c) || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' ||
	       c >= 0x80;
}

static void dots(struct fb_buf *out, struct fb_slice s, bool colons)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '.' || (colons && s.p[i] == ':'))
			(void)fb_buf_printf(out, "[%c]", s.p[i]);
		else
			(void)fb_buf_putc(out, s.p[i]);
	}
}

/* Bytes of the IPv4 address that begins at s, 0: there is none. */
static size_t ipv4(struct fb_slice s)
{
	size_t at = 0;

	for (int part = 0; part < 4; part++) {
		unsigned v = 0;
		size_t n = 0;

		if (part && (at >= s.n || s.p[at++] != '.'))
			return 0;
		while (at < s.n && is_digit(s.p[at]) && n < 3) {
			v = v * 10 + (unsigned)(s.p[at++] - '0');
			n++;
		}
		if (n == 0 || v > 255)
			return 0;
	}
	if (at < s.n && (is_word(s.p[at]) ||
			 (s.p[at] == '.' && at + 1 < s.n && is_digit(s.p[at + 1]))))
		return 0;
	return at;
}

struct scheme {
	struct fb_slice name;
	const char *safe;
};
static const struct scheme schemes[] = {
	{ FB_LIT("https"), "hxxps" },
	{ FB_LIT("http"), "hxxp" },
	{ FB_LIT("ftp"), "fxp" },
};

/* The scheme at the front of s, with "://" behind it. */
static const struct scheme *scheme_at(struct fb_slice s)
{
	for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
		size_t n = schemes[i].name.n;

		if (fb_slice_ieq(fb_slice_sub(s, 0, n), schemes[i].name) &&
		    fb_slice_eqs(fb_slice_sub(s, n, 3), "://"))
			return &schemes[i];
	}
	return NULL;
}

/* Where the host behind "://" ends: before the path, a blank or a quote. */
static size_t host_end(struct fb_slice s)
{
	size_t n = 0;

	while (n < s.n && s.p[n] > ' ' && !strchr("/?#\"'<>()\\", s.p[n]))
		n++;
	return n;
}

int fb_defang(struct fb_buf *out, struct fb_slice s)
{
	size_t at = 0, n;

	while (at < s.n) {
		struct fb_slice rest = fb_slice_sub(s, at, s.n);
		bool begins = at == 0 || !is_word(s.p[at - 1]);
		const struct scheme *scheme = begins ? scheme_at(rest) : NULL;

		if (scheme) {
			(void)fb_buf_puts(out, scheme->safe);
			(void)fb_buf_puts(out, "://");
			at += scheme->name.n + 3;
			rest = fb_slice_sub(s, at, s.n);
			n = host_end(rest);
			dots(out, fb_slice_sub(rest, 0, n), false);
		} else if (begins && (at == 0 || s.p[at - 1] != '.') && (n = ipv4(rest)) != 0) {
			dots(out, fb_slice_sub(rest, 0, n), false);
		} else {
			(void)fb_buf_putc(out, s.p[at]);
			n = 1;
		}
		at += n;
	}
	return fb_buf_code(out);
}

int fb_defang_entity(struct fb_buf *out, const char *type, struct fb_slice value)
{
	bool address = strcmp(type, "address") == 0;

	if (!address && strcmp(type, "domain") != 0)
		return fb_defang(out, value);
	dots(out, value, address);
	return fb_buf_code(out);
}

int fb_defang_entities(struct fb_buf *out, struct fb_slice list)
{
	struct fb_cur c = fb_cur(list);
	struct fb_buf safe;
	struct fb_slice value;
	uint16_t n;
	uint8_t type;

	fb_buf_init(&safe, UINT16_MAX);
	while (fb_cur_u8(&c, &type) && fb_cur_u16(&c, &n) && fb_cur_take(&c, n, &value)) {
		fb_buf_clear(&safe);
		if (fb_defang_entity(&safe, fb_entity_word((enum fb_entity_type)type), value))
			out->code = safe.code;
		(void)fb_buf_putc(out, type);
		(void)fb_buf_u16(out, (uint16_t)safe.n);
		(void)fb_buf_slice(out, fb_buf_view(&safe));
	}
	fb_buf_dispose(&safe);
	return fb_buf_code(out);
}
