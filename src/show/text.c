#include "show/text.h"

#include "base/text.h"
#include "base/time.h"

struct range {
	uint32_t from, to;
};

static bool in_ranges(const struct range *r, size_t n, uint32_t cp)
{
	size_t lo = 0, hi = n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (cp < r[mid].from)
			hi = mid;
		else if (cp > r[mid].to)
			lo = mid + 1;
		else
			return true;
	}
	return false;
}

/* What steers a terminal or hides text: never passed on. */
static const struct range unsafe[] = {
	{ 0x00, 0x1F },	      { 0x7F, 0x9F },	    { 0xAD, 0xAD },	  { 0x61C, 0x61C },
	{ 0x180E, 0x180E },   { 0x200B, 0x200F },   { 0x2028, 0x202E },	  { 0x2060, 0x206F },
	{ 0xE000, 0xF8FF },   { 0xFEFF, 0xFEFF },   { 0xFFF0, 0xFFFB },	  { 0xFFFE, 0xFFFF },
	{ 0x1BCA0, 0x1BCA3 }, { 0x1D173, 0x1D17A }, { 0xE0000, 0x10FFFF },
};

/* Combining marks and variation selectors: no column of their own. */
static const struct range narrow[] = {
	{ 0x300, 0x36F },     { 0x483, 0x489 },	    { 0x591, 0x5BD },	  { 0x5BF, 0x5BF },
	{ 0x5C1, 0x5C2 },     { 0x610, 0x61A },	    { 0x64B, 0x65F },	  { 0x670, 0x670 },
	{ 0x6D6, 0x6DC },     { 0x93A, 0x93A },	    { 0x93C, 0x93C },	  { 0x941, 0x948 },
	{ 0x94D, 0x94D },     { 0xE31, 0xE31 },	    { 0xE34, 0xE3A },	  { 0xE47, 0xE4E },
	{ 0x1AB0, 0x1AFF },   { 0x1DC0, 0x1DFF },   { 0x20D0, 0x20FF },	  { 0x302A, 0x302D },
	{ 0x3099, 0x309A },   { 0xFE00, 0xFE0F },   { 0xFE20, 0xFE2F },
};

static const struct range wide[] = {
	{ 0x1100, 0x115F },   { 0x231A, 0x231B },   { 0x2329, 0x232A },	  { 0x23E9, 0x23EC },
	{ 0x25FD, 0x25FE },   { 0x2614, 0x2615 },   { 0x2648, 0x2653 },	  { 0x26A1, 0x26A1 },
	{ 0x2705, 0x2705 },   { 0x274C, 0x274C },   { 0x2753, 0x2755 },	  { 0x2E80, 0x303E },
	{ 0x3041, 0x33FF },   { 0x3400, 0x4DBF },   { 0x4E00, 0x9FFF },	  { 0xA000, 0xA4CF },
	{ 0xA960, 0xA97C },   { 0xAC00, 0xD7A3 },   { 0xF900, 0xFAFF },	  { 0xFE30, 0xFE6F },
	{ 0xFF00, 0xFF60 },   { 0xFFE0, 0xFFE6 },   { 0x16FE0, 0x18AFF }, { 0x1B000, 0x1B2FF },
	{ 0x1F300, 0x1F64F }, { 0x1F680, 0x1F6FF }, { 0x1F900, 0x1F9FF }, { 0x20000, 0x3FFFD },
};

#define COUNT(a) (sizeof(a) / sizeof *(a))

static void put_escape(struct fb_buf *out, uint32_t cp)
{
	if (cp == '\n')
		(void)fb_buf_puts(out, "\\n");
	else if (cp == '\t')
		(void)fb_buf_puts(out, "\\t");
	else if (cp == '\r')
		(void)fb_buf_puts(out, "\\r");
	else if (cp < 0x100)
		(void)fb_buf_printf(out, "\\x%02x", cp);
	else
		(void)fb_buf_printf(out, "\\u{%x}", cp);
}

static int put_safe(struct fb_buf *out, struct fb_slice s, bool lines)
{
	while (s.n) {
		uint32_t cp;
		int n = fb_utf8_next(s, &cp);

		if (n < 0) {
			(void)fb_buf_printf(out, "\\x%02x", s.p[0]);
			n = 1;
		} else if (lines && cp == '\n') {
			(void)fb_buf_putc(out, '\n');
		} else if (lines && cp == '\t') {
			(void)fb_buf_puts(out, "    ");
		} else if (lines && cp == '\r' && s.n > 1 && s.p[1] == '\n') {
			; /* the LF follows */
		} else if (in_ranges(unsafe, COUNT(unsafe), cp)) {
			put_escape(out, cp);
		} else {
			(void)fb_buf_put(out, s.p, (size_t)n);
		}
		s = fb_slice_sub(s, (size_t)n, s.n);
	}
	return fb_buf_code(out);
}

int fb_text_term(struct fb_buf *out, struct fb_slice s)
{
	return put_safe(out, s, false);
}

int fb_text_term_lines(struct fb_buf *out, struct fb_slice s)
{
	return put_safe(out, s, true);
}

static size_t char_width(uint32_t cp)
{
	if (cp < 0x300)
		return 1;
	if (in_ranges(narrow, COUNT(narrow), cp))
		return 0;
	return in_ranges(wide, COUNT(wide), cp) ? 2 : 1;
}

size_t fb_text_width(struct fb_slice s)
{
	size_t columns = 0;

	while (s.n) {
		uint32_t cp;
		int n = fb_utf8_next(s, &cp);

		columns += n < 0 ? 1 : char_width(cp);
		s = fb_slice_sub(s, n < 0 ? 1 : (size_t)n, s.n);
	}
	return columns;
}

size_t fb_text_cut(struct fb_buf *out, struct fb_slice s, size_t columns)
{
	size_t used = 0, fits = 0, fits_columns = 0, at = 0;

	/* fits: the longest beginning that leaves a column for the ellipsis. */
	while (at < s.n) {
		uint32_t cp;
		int n = fb_utf8_next(fb_slice_sub(s, at, s.n), &cp);
		size_t w = n < 0 ? 1 : char_width(cp);

		if (w > columns - used)
			break;
		used += w;
		at += n < 0 ? 1 : (size_t)n;
		if (used < columns) {
			fits = at;
			fits_columns = used;
		}
	}
	if (at == s.n) {
		(void)fb_buf_slice(out, s);
		return used;
	}
	if (columns == 0)
		return 0;
	(void)fb_buf_slice(out, fb_slice_sub(s, 0, fits));
	(void)fb_buf_puts(out, "…");
	return fits_columns + 1;
}

size_t fb_text_cut_left(struct fb_buf *out, struct fb_slice s, size_t columns)
{
	size_t width = fb_text_width(s), at = 0, drop, dropped = 0;

	if (width <= columns) {
		(void)fb_buf_slice(out, s);
		return width;
	}
	if (columns == 0)
		return 0;
	drop = width - columns + 1;
	while (at < s.n && dropped < drop) {
		uint32_t cp;
		int n = fb_utf8_next(fb_slice_sub(s, at, s.n), &cp);

		dropped += n < 0 ? 1 : char_width(cp);
		at += n < 0 ? 1 : (size_t)n;
	}
	(void)fb_buf_puts(out, "…");
	(void)fb_buf_slice(out, fb_slice_sub(s, at, s.n));
	return width - dropped + 1;
}

int fb_text_number(struct fb_buf *out, uint64_t v)
{
	char digits[32];
	size_t at = sizeof digits, n = 0;

	do {
		if (n && n % 3 == 0)
			digits[--at] = ',';
		digits[--at] = (char)('0' + v % 10);
		v /= 10;
		n++;
	} while (v);
	return fb_buf_put(out, digits + at, sizeof digits - at);
}

int fb_text_bytes(struct fb_buf *out, uint64_t v)
{
	static const char *const units[] = { "KB", "MB", "GB", "TB", "PB", "EB" };
	uint64_t scale = 1000;
	size_t u = 0;

	if (v < 1000) {
		(void)fb_text_number(out, v);
		return fb_buf_puts(out, v == 1 ? " byte" : " bytes");
	}
	/* 999,500 bytes would round to "1000 KB": take the next unit. */
	while (u + 1 < COUNT(units) && v >= scale * 1000 - scale / 2) {
		scale *= 1000;
		u++;
	}
	if (v < 10 * scale - scale / 20)
		return fb_buf_printf(out, "%.1f %s", (double)v / (double)scale, units[u]);
	return fb_buf_printf(out, "%.0f %s", (double)v / (double)scale, units[u]);
}

int fb_text_duration(struct fb_buf *out, int64_t ns)
{
	int64_t s = ns / FB_SECOND;

	if (ns < 0)
		ns = s = 0;
	if (s < 60)
		return fb_buf_printf(out, "%.1f s", (double)ns / (double)FB_SECOND);
	if (s < 3600)
		return fb_buf_printf(out, "%d min %02d s", (int)(s / 60), (int)(s % 60));
	(void)fb_text_number(out, (uint64_t)(s / 3600));
	return fb_buf_printf(out, " h %02d min", (int)(s / 60 % 60));
}

int fb_text_count(struct fb_buf *out, uint64_t v, const char *noun)
{
	(void)fb_text_number(out, v);
	return fb_buf_printf(out, " %s%s", noun, v == 1 ? "" : "s");
}

static uint8_t lower(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? (uint8_t)(c + 32) : c;
}

bool fb_text_glob(const char *glob, struct fb_slice s)
{
	const char *star = NULL;
	size_t at = 0, from = 0;

	/* One star remembered is enough: a later one makes an earlier one moot. */
	while (at < s.n) {
		if (*glob == '*') {
			star = glob++;
			from = at;
		} else if (*glob == '?' || (*glob && lower((uint8_t)*glob) == lower(s.p[at]))) {
			glob++;
			at++;
		} else if (star) {
			glob = star + 1;
			at = ++from;
		} else {
			return false;
		}
	}
	while (*glob == '*')
		glob++;
	return *glob == 0;
}

#define WRAPPED 80

void fb_text_wrapped(struct fb_buf *out, const char *s, size_t indent)
{
	struct fb_buf safe;
	size_t column = indent, at = 0;

	fb_buf_init(&safe, 256u << 10);
	(void)fb_text_term(&safe, fb_slice_str(s));
	(void)fb_buf_printf(out, "%*s", (int)indent, "");
	while (at < safe.n) {
		size_t n = 0, width;

		while (at + n < safe.n && safe.p[at + n] != ' ')
			n++;
		width = fb_text_width(fb_slice(safe.p + at, n));
		if (column > indent && column + 1 + width > WRAPPED) {
			(void)fb_buf_printf(out, "\n%*s", (int)indent, "");
			column = indent;
		} else if (column > indent) {
			(void)fb_buf_putc(out, ' ');
			column++;
		}
		(void)fb_buf_put(out, safe.p + at, n);
		column += width;
		at += n + 1;
	}
	(void)fb_buf_putc(out, '\n');
	fb_buf_dispose(&safe);
}
