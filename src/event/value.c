#include "event/value.h"

#include "base/cursor.h"
#include "base/limits.h"
#include "base/text.h"

#include <stdio.h>

#define PARTS_DEPTH 4   /* parts hold values, never parts; one level is what occurs */
#define NUMBER_MAX 24   /* characters of the longest number that is an integer */
#define SECONDS_1601 11644473600ll /* from 1601 to 1970 */

/* Bytes that a value of the type has; 0: any number. */
static const uint8_t width_of[FB_V_COUNT] = {
	[FB_V_I8] = 1,  [FB_V_U8] = 1,   [FB_V_I16] = 2,       [FB_V_U16] = 2,
	[FB_V_I32] = 4, [FB_V_U32] = 4,  [FB_V_I64] = 8,       [FB_V_U64] = 8,
	[FB_V_F32] = 4, [FB_V_F64] = 8,  [FB_V_GUID] = 16,     [FB_V_FILETIME] = 8,
	[FB_V_HEX32] = 4, [FB_V_HEX64] = 8, [FB_V_SYSTEMTIME] = 16,
};

/* Code page 1252, 0x80 to 0x9F; the five unassigned bytes are themselves, as
 * Windows maps them. */
static const uint16_t cp1252[32] = {
	0x20AC, 0x81,	0x201A, 0x192,	0x201E, 0x2026, 0x2020, 0x2021, 0x2C6, 0x2030, 0x160,
	0x2039, 0x152,	0x8D,	0x17D,	0x8F,	0x90,	0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
	0x2013, 0x2014, 0x2DC,	0x2122, 0x161,	0x203A, 0x153,	0x9D,	0x17E, 0x178,
};

static uint64_t load(struct fb_slice s, unsigned width)
{
	uint64_t v = 0;

	for (unsigned i = 0; i < width && i < s.n; i++)
		v |= (uint64_t)s.p[i] << (8 * i);
	return v;
}

static int64_t load_signed(struct fb_slice s, unsigned width)
{
	uint64_t v = load(s, width);
	unsigned shift = 64 - 8 * width;

	return (int64_t)(v << shift) >> shift;
}

static int put_u64(struct fb_buf *out, uint64_t v, bool neg)
{
	uint8_t t[NUMBER_MAX];
	size_t at = sizeof t;

	do {
		t[--at] = (uint8_t)('0' + v % 10);
		v /= 10;
	} while (v);
	if (neg)
		t[--at] = '-';
	return fb_buf_put(out, t + at, sizeof t - at);
}

static int put_i64(struct fb_buf *out, int64_t v)
{
	return put_u64(out, v < 0 ? 0 - (uint64_t)v : (uint64_t)v, v < 0);
}

static int put_hex(struct fb_buf *out, uint64_t v)
{
	uint8_t t[18];
	size_t at = sizeof t;

	do {
		t[--at] = (uint8_t)"0123456789abcdef"[v & 15];
		v >>= 4;
	} while (v);
	t[--at] = 'x';
	t[--at] = '0';
	return fb_buf_put(out, t + at, sizeof t - at);
}

static int put_binary(struct fb_buf *out, struct fb_slice s)
{
	uint8_t *to;

	if (s.n > FB_VALUE_MAX / 2)
		s.n = FB_VALUE_MAX / 2;
	if (fb_buf_reserve(out, s.n * 2))
		return out->code;
	to = out->p + out->n;
	for (size_t i = 0; i < s.n; i++) {
		*to++ = (uint8_t)"0123456789ABCDEF"[s.p[i] >> 4];
		*to++ = (uint8_t)"0123456789ABCDEF"[s.p[i] & 15];
	}
	out->n += s.n * 2;
	return 0;
}

static int put_ansi(struct fb_buf *out, struct fb_slice s)
{
	uint8_t *to;

	if (s.n > FB_VALUE_MAX / 3)
		s.n = FB_VALUE_MAX / 3;
	if (fb_buf_reserve(out, s.n * 3 + 4))
		return out->code;
	to = out->p + out->n;
	for (size_t i = 0; i < s.n; i++) {
		uint8_t c = s.p[i];

		if (c < 0x80)
			*to++ = c;
		else
			to += fb_utf8_put(c < 0xA0 ? cp1252[c - 0x80] : c, to);
	}
	out->n = (size_t)(to - out->p);
	return 0;
}

static int put_utf16(struct fb_buf *out, struct fb_slice s)
{
	if (s.n < 2)
		return out->code;
	if (s.n > FB_VALUE_MAX / 3 * 2)
		s.n = FB_VALUE_MAX / 3 * 2;
	return fb_utf16_to_utf8(out, s);
}

static int put_utf8(struct fb_buf *out, struct fb_slice s)
{
	if (s.n > FB_VALUE_MAX) {
		s.n = FB_VALUE_MAX;
		while (s.n && (s.p[s.n] & 0xC0) == 0x80)
			s.n--;
	}
	return fb_utf8_clean(out, s);
}

static int put_guid(struct fb_buf *out, struct fb_slice s)
{
	/* Where each byte goes: three little-endian numbers, then bytes. */
	static const uint8_t order[16] = { 3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15 };
	uint8_t t[38], *to = t;

	*to++ = '{';
	for (int i = 0; i < 16; i++) {
		uint8_t b = s.p[order[i]];

		if (i == 4 || i == 6 || i == 8 || i == 10)
			*to++ = '-';
		*to++ = (uint8_t)"0123456789ABCDEF"[b >> 4];
		*to++ = (uint8_t)"0123456789ABCDEF"[b & 15];
	}
	*to = '}';
	return fb_buf_put(out, t, sizeof t);
}

static int put_sid(struct fb_buf *out, struct fb_slice s)
{
	uint64_t authority = 0;

	if (s.n < 8 || s.n != 8 + 4 * (size_t)s.p[1])
		return put_binary(out, s);
	for (int i = 2; i < 8; i++)
		authority = authority << 8 | s.p[i];
	(void)fb_buf_put(out, "S-", 2);
	(void)put_u64(out, s.p[0], false);
	(void)fb_buf_putc(out, '-');
	(void)put_u64(out, authority, false);
	for (size_t at = 8; at < s.n; at += 4) {
		(void)fb_buf_putc(out, '-');
		(void)put_u64(out, fb_le32(s.p + at), false);
	}
	return out->code;
}

static uint8_t *digits(uint8_t *to, uint32_t v, unsigned n)
{
	for (unsigned i = n; i-- > 0; v /= 10)
		to[i] = (uint8_t)('0' + v % 10);
	return to + n;
}

static int put_date(struct fb_buf *out, int64_t year, unsigned month, unsigned day,
		    uint32_t second_of_day, uint32_t fraction, unsigned places)
{
	uint8_t t[48], *to = t;

	to = digits(to, (uint32_t)year, year > 9999 ? 5 : 4);
	*to++ = '-';
	to = digits(to, month, 2);
	*to++ = '-';
	to = digits(to, day, 2);
	*to++ = 'T';
	to = digits(to, second_of_day / 3600, 2);
	*to++ = ':';
	to = digits(to, second_of_day / 60 % 60, 2);
	*to++ = ':';
	to = digits(to, second_of_day % 60, 2);
	*to++ = '.';
	to = digits(to, fraction, places);
	*to++ = 'Z';
	return fb_buf_put(out, t, (size_t)(to - t));
}

static int put_filetime(struct fb_buf *out, struct fb_slice s)
{
	uint64_t ft = fb_le64(s.p), second = ft / 10000000;
	unsigned month, day;
	int64_t year;

	fb_civil_from_days(((int64_t)second - SECONDS_1601) / 86400 -
				   (((int64_t)second - SECONDS_1601) % 86400 < 0),
			   &year, &month, &day);
	return put_date(out, year, month, day, (uint32_t)(second % 86400),
			(uint32_t)(ft % 10000000), 7);
}

static int put_systemtime(struct fb_buf *out, struct fb_slice s)
{
	uint16_t part[8];

	for (int i = 0; i < 8; i++)
		part[i] = fb_le16(s.p + i * 2);
	/* year, month, day of week, day, hour, minute, second, millisecond */
	if (part[1] > 12 || part[3] > 31 || part[4] > 23 || part[5] > 59 || part[6] > 59 ||
	    part[7] > 999)
		return put_binary(out, s);
	return put_date(out, part[0], part[1], part[3],
			part[4] * 3600u + part[5] * 60u + part[6], part[7], 3);
}

static int put_bool(struct fb_buf *out, struct fb_slice s)
{
	if (s.n != 1 && s.n != 4 && s.n != 8)
		return put_binary(out, s);
	return fb_buf_puts(out, load(s, 8) ? "true" : "false");
}

static int put_float(struct fb_buf *out, struct fb_slice s, uint8_t type)
{
	uint64_t bits = load(s, 8);
	char t[48];

	if (type == FB_V_F32) {
		uint32_t narrow = (uint32_t)bits;
		float f;

		memcpy(&f, &narrow, sizeof f);
		(void)snprintf(t, sizeof t, "%.9g", (double)f);
	} else {
		double d;

		memcpy(&d, &bits, sizeof d);
		(void)snprintf(t, sizeof t, "%.17g", d);
	}
	return fb_buf_puts(out, t);
}

/* Each '+' behind `from` as the blank that it was. */
static int blanks(struct fb_buf *out, size_t from)
{
	uint8_t *p = out->p;
	size_t n = out->n;

	for (size_t i = from; i < n; i++)
		p[i] = p[i] == '+' ? ' ' : p[i];
	return out->code;
}

static int put_scalar(uint8_t type, struct fb_slice v, struct fb_buf *out)
{
	if (type >= FB_V_COUNT || (width_of[type] && v.n != width_of[type]))
		return put_binary(out, v);
	switch ((enum fb_vtype)type) {
	case FB_V_UTF8:
		return put_utf8(out, v);
	case FB_V_PLUS: {
		size_t from = out->n;

		(void)(fb_utf8_valid(v) ? put_utf8(out, v) : put_ansi(out, v));
		return blanks(out, from);
	}
	case FB_V_UTF16:
		return put_utf16(out, v);
	case FB_V_ANSI:
		return put_ansi(out, v);
	case FB_V_U8:
	case FB_V_U16:
	case FB_V_U32:
	case FB_V_U64:
		return put_u64(out, load(v, width_of[type]), false);
	case FB_V_I8:
	case FB_V_I16:
	case FB_V_I32:
	case FB_V_I64:
		return put_i64(out, load_signed(v, width_of[type]));
	case FB_V_HEX32:
	case FB_V_HEX64:
		return put_hex(out, load(v, width_of[type]));
	case FB_V_F32:
	case FB_V_F64:
		return put_float(out, v, type);
	case FB_V_BOOL:
		return put_bool(out, v);
	case FB_V_GUID:
		return put_guid(out, v);
	case FB_V_SID:
		return put_sid(out, v);
	case FB_V_FILETIME:
		return put_filetime(out, v);
	case FB_V_SYSTEMTIME:
		return put_systemtime(out, v);
	case FB_V_NULL:
		return out->code;
	case FB_V_BINARY:
	case FB_V_URI:
	case FB_V_ARRAY:
	case FB_V_PARTS:
	case FB_V_COUNT:
		break;
	}
	return put_binary(out, v);
}

/* The bytes of the next item of an array, which *rest passes over. */
static struct fb_slice next_item(uint8_t type, struct fb_slice *rest)
{
	size_t n = rest->n, pass;
	struct fb_slice item;

	if (type == FB_V_UTF16) {
		for (n = 0; rest->n - n >= 2 && (rest->p[n] | rest->p[n + 1]); n += 2)
			;
		pass = rest->n - n >= 2 ? n + 2 : rest->n;
	} else if (type == FB_V_ANSI || type == FB_V_UTF8) {
		const uint8_t *end = memchr(rest->p, 0, rest->n);

		n = end ? (size_t)(end - rest->p) : rest->n;
		pass = end ? n + 1 : n;
	} else {
		if (type == FB_V_SID && rest->n >= 8)
			n = 8 + 4 * (size_t)rest->p[1];
		else if (type == FB_V_BOOL)
			n = 4;
		else if (type < FB_V_COUNT && width_of[type])
			n = width_of[type];
		if (n == 0 || n > rest->n)
			n = rest->n;
		pass = n;
	}
	item = fb_slice_sub(*rest, 0, n);
	*rest = fb_slice_sub(*rest, pass, rest->n - pass);
	return item;
}

struct fb_slice fb_value_item(struct fb_field *f)
{
	return next_item(f->subtype, &f->v);
}

static int put_array(const struct fb_field *f, struct fb_buf *out)
{
	struct fb_slice rest = f->v;
	size_t start = out->n;

	for (bool first = true; rest.n; first = false) {
		struct fb_slice item = next_item(f->subtype, &rest);

		if (!first)
			(void)fb_buf_put(out, ", ", 2);
		if (put_scalar(f->subtype, item, out))
			return out->code;
		if (out->n - start > FB_VALUE_MAX)
			break;
	}
	return out->code;
}

static int put_value(const struct fb_field *f, struct fb_buf *out, unsigned depth);

static int put_parts(const struct fb_field *f, struct fb_buf *out, unsigned depth)
{
	const struct fb_parts *parts;
	size_t start = out->n;

	if (depth == PARTS_DEPTH || f->v.n != sizeof *parts)
		return out->code;
	parts = (const void *)f->v.p; /* the decoder's own memory, not evidence */
	for (size_t i = 0; i < parts->n; i++) {
		if (put_value(&parts->part[i], out, depth + 1))
			return out->code;
		if (out->n - start > FB_VALUE_MAX)
			break;
	}
	return out->code;
}

static int put_uri(const struct fb_field *f, struct fb_buf *out)
{
	(void)put_utf8(out, f->v);
	if (f->v2.n) {
		(void)fb_buf_putc(out, '?');
		(void)put_utf8(out, f->v2);
	}
	return out->code;
}

static int put_value(const struct fb_field *f, struct fb_buf *out, unsigned depth)
{
	switch (f->type) {
	case FB_V_ARRAY:
		return put_array(f, out);
	case FB_V_PARTS:
		return put_parts(f, out, depth);
	case FB_V_URI:
		return put_uri(f, out);
	default:
		return put_scalar(f->type, f->v, out);
	}
}

/* Cut what was appended at start to FB_VALUE_MAX bytes, at a character. */
static void cut(struct fb_buf *out, size_t start)
{
	size_t end = start + FB_VALUE_MAX;

	if (out->code || out->n <= end)
		return;
	while (end > start && (out->p[end] & 0xC0) == 0x80)
		end--;
	out->n = end;
}

int fb_value_text(const struct fb_field *f, struct fb_buf *out)
{
	size_t start = out->n;

	(void)put_value(f, out, 0);
	cut(out, start);
	return out->code;
}

int fb_value_fold(const struct fb_field *f, struct fb_buf *out)
{
	size_t start = out->n;

	if (f->v.n == 0 && f->v2.n == 0)
		return out->code;
	if (f->type == FB_V_UTF16 && f->v.n <= FB_VALUE_MAX / 3 * 2) {
		if (fb_buf_reserve(out, f->v.n / 2 * 3))
			return out->code;
		out->n += fb_utf16_fold_raw(f->v, out->p + out->n);
		return 0;
	}
	if (f->type == FB_V_UTF8 && f->v.n && f->v.n <= FB_VALUE_MAX / 3)
		return fb_utf8_fold(out, f->v);
	if (f->type == FB_V_PLUS && f->v.n <= FB_VALUE_MAX / 3) {
		if (fb_buf_reserve(out, f->v.n))
			return out->code;
		if (fb_ascii_fold_raw(f->v, out->p + start)) {
			out->n += f->v.n;
			return blanks(out, start);
		}
	}
	if (f->type == FB_V_URI && f->v.n < FB_VALUE_MAX / 6 && f->v2.n < FB_VALUE_MAX / 6) {
		(void)fb_utf8_fold(out, f->v);
		if (f->v2.n) {
			(void)fb_buf_putc(out, '?');
			(void)fb_utf8_fold(out, f->v2);
		}
		return out->code;
	}
	if (fb_value_text(f, out))
		return out->code;
	/* Everything else is ASCII, or so rare that a second copy costs nothing. */
	for (size_t i = start; i < out->n; i++) {
		uint8_t c = out->p[i];

		if (c >= 0x80) {
			struct fb_buf copy;
			int r;

			fb_buf_init(&copy, FB_VALUE_MAX + 4);
			r = fb_buf_put(&copy, out->p + start, out->n - start);
			out->n = start;
			if (!r) {
				(void)fb_utf8_fold(out, fb_buf_view(&copy));
				cut(out, start);
			} else {
				out->code = r;
			}
			fb_buf_dispose(&copy);
			return out->code;
		}
		out->p[i] = (uint8_t)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
	}
	return 0;
}

static bool hex_digit(uint8_t c, uint64_t *v)
{
	uint8_t low = c | 0x20;

	if (c >= '0' && c <= '9')
		*v = (uint64_t)(c - '0');
	else if (low >= 'a' && low <= 'f')
		*v = (uint64_t)(low - 'a') + 10;
	else
		return false;
	return true;
}

static bool parse_number(struct fb_slice s, uint64_t *out, bool *neg)
{
	bool minus = s.n && s.p[0] == '-';
	uint64_t v = 0;

	if (minus)
		s = fb_slice_sub(s, 1, s.n - 1);
	if (s.n > 2 && s.p[0] == '0' && (s.p[1] | 0x20) == 'x') {
		if (s.n > 18)
			return false;
		for (size_t i = 2; i < s.n; i++) {
			uint64_t d;

			if (!hex_digit(s.p[i], &d))
				return false;
			v = v << 4 | d;
		}
	} else if (!fb_slice_u64(s, &v)) {
		return false;
	}
	*out = v;
	*neg = minus && v;
	return true;
}

/* Text of 16-bit units as bytes, when it can be a number at all. */
static bool narrow(struct fb_slice s, uint8_t t[static NUMBER_MAX], struct fb_slice *out)
{
	if (s.n % 2 || s.n / 2 > NUMBER_MAX)
		return false;
	for (size_t i = 0; i < s.n; i += 2) {
		if (s.p[i + 1] || s.p[i] >= 0x80)
			return false;
		t[i / 2] = s.p[i];
	}
	*out = fb_slice(t, s.n / 2);
	return true;
}

bool fb_value_int(const struct fb_field *f, uint64_t *out, bool *neg)
{
	uint8_t t[NUMBER_MAX];
	struct fb_slice s = f->v;
	unsigned width = f->type < FB_V_COUNT ? width_of[f->type] : 0;
	int64_t v;

	if (width && s.n != width)
		return false;
	switch (f->type) {
	case FB_V_U8:
	case FB_V_U16:
	case FB_V_U32:
	case FB_V_U64:
	case FB_V_HEX32:
	case FB_V_HEX64:
		*out = load(s, width);
		*neg = false;
		return true;
	case FB_V_I8:
	case FB_V_I16:
	case FB_V_I32:
	case FB_V_I64:
		v = load_signed(s, width);
		*neg = v < 0;
		*out = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
		return true;
	case FB_V_BOOL:
		if (s.n != 1 && s.n != 4 && s.n != 8)
			return false;
		*out = load(s, 8) != 0;
		*neg = false;
		return true;
	case FB_V_UTF16:
		return narrow(s, t, &s) && parse_number(s, out, neg);
	case FB_V_UTF8:
	case FB_V_ANSI:
		return parse_number(s, out, neg);
	default:
		return false;
	}
}
