#include "event/sought.h"

#include "base/cursor.h"
#include "base/limits.h"
#include "base/time.h"

#include <ctype.h>

#define DIGITS "0123456789"
#define HEXDIGITS DIGITS "abcdef"
#define SECONDS_1601 11644473600ll
#define SECONDS_A_YEAR 31556952u /* of the Gregorian calendar, on average */
#define FRACTION_DIGITS 7
#define YEAR_DIGITS 5

/* What can stand in the text of a value (letters in lower case), and how long it is at
 * most. NULL: anything. */
static const struct {
	const char *characters;
	uint8_t longest;
} written[FB_V_COUNT] = {
	[FB_V_NULL] = { "", 0 },
	[FB_V_I8] = { "-" DIGITS, 4 },    [FB_V_U8] = { DIGITS, 3 },
	[FB_V_I16] = { "-" DIGITS, 6 },   [FB_V_U16] = { DIGITS, 5 },
	[FB_V_I32] = { "-" DIGITS, 11 },  [FB_V_U32] = { DIGITS, 10 },
	[FB_V_I64] = { "-" DIGITS, 20 },  [FB_V_U64] = { DIGITS, 20 },
	[FB_V_F32] = { "+-.einfa" DIGITS, 47 }, [FB_V_F64] = { "+-.einfa" DIGITS, 47 },
	[FB_V_BOOL] = { "truefals", 5 },
	[FB_V_BINARY] = { HEXDIGITS, UINT8_MAX },
	[FB_V_GUID] = { "{}-" HEXDIGITS, 38 },
	[FB_V_FILETIME] = { "-t:.z" DIGITS, 34 }, [FB_V_SYSTEMTIME] = { "-t:.z" DIGITS, 34 },
	[FB_V_SID] = { "s-" DIGITS, UINT8_MAX },
	[FB_V_HEX32] = { "x" HEXDIGITS, 10 },     [FB_V_HEX64] = { "x" HEXDIGITS, 18 },
};

static const uint64_t tens[FB_SOUGHT_DIGITS + 1] = {
	1u, 10u, 100u, 1000u, 10000u, 100000u, 1000000u, 10000000u, 100000000u, 1000000000u, 10000000000u,
	100000000000u, 1000000000000u, 10000000000000u, 100000000000000u, 1000000000000000u,
	10000000000000000u,
};

static bool can_be(struct fb_slice text, const char *characters, size_t longest)
{
	if (!characters)
		return true;
	if (longest < UINT8_MAX && text.n > longest)
		return false;
	for (size_t i = 0; i < text.n; i++)
		if (!text.p[i] || !strchr(characters, tolower(text.p[i])))
			return false;
	return true;
}

void fb_sought_init(struct fb_sought *s, struct fb_slice text)
{
	*s = (struct fb_sought){ 0 };
	for (unsigned i = 0; i < FB_V_COUNT; i++)
		s->types |= (uint32_t)can_be(text, written[i].characters, written[i].longest) << i;
	if (text.n == 0 || text.n > FB_SOUGHT_DIGITS || !can_be(text, DIGITS, UINT8_MAX))
		return;
	s->digits = (unsigned)text.n;
	for (unsigned i = 0; i < s->digits; i++) {
		s->number = s->number * 10 + (text.p[i] - '0');
		s->hex = s->hex << 4 | (uint64_t)(text.p[i] - '0');
		s->text[i] = s->wide[2 * i] = text.p[i];
	}
}

/* ---- digits in numbers ---- */

#define DECIMAL_DIGITS 20

/* Written with at least so many digits (1: as many as it has), zeros in front. Compilers
 * divide by a ten that they know without dividing, so the beginnings of the number are
 * made by it, and what stands in the places between two of them is a difference. */
static bool in_decimal(const struct fb_sought *s, uint64_t v, unsigned least)
{
	uint64_t beginning[DECIMAL_DIGITS + 1];

	if (v < tens[s->digits - 1] && least < s->digits && s->digits > 1)
		return false;
	beginning[0] = v;
	for (unsigned i = 1; i <= least || beginning[i - 1]; i++) {
		beginning[i] = beginning[i - 1] / 10;
		if (i >= s->digits && beginning[i - s->digits] - beginning[i] * tens[s->digits] == s->number)
			return true;
	}
	return false;
}

static bool in_padded_hex(const struct fb_sought *s, uint64_t v, unsigned digits)
{
	uint64_t mask = UINT64_MAX >> (64 - 4 * s->digits);

	for (; digits >= s->digits; digits--, v >>= 4)
		if ((v & mask) == s->hex)
			return true;
	return false;
}

/* "0x", and as many digits as it has. */
static bool in_hex(const struct fb_sought *s, uint64_t v)
{
	unsigned digits = v ? (67 - (unsigned)__builtin_clzll(v)) / 4 : 1;

	return (s->digits == 1 && s->hex == 0) || in_padded_hex(s, v, digits);
}

static bool in_guid(const struct fb_sought *s, const uint8_t *p)
{
	uint64_t last = 0;

	for (unsigned i = 10; i < 16; i++)
		last = last << 8 | p[i];
	return in_padded_hex(s, fb_le32(p), 8) || in_padded_hex(s, fb_le16(p + 4), 4) ||
	       in_padded_hex(s, fb_le16(p + 6), 4) || in_padded_hex(s, (uint64_t)p[8] << 8 | p[9], 4) ||
	       in_padded_hex(s, last, 12);
}

static enum fb_holds in_sid(const struct fb_sought *s, struct fb_slice v)
{
	uint64_t authority = 0;

	if (v.n < 8 || v.n != 8 + 4 * (size_t)v.p[1])
		return FB_HOLDS_UNKNOWN;
	for (unsigned i = 2; i < 8; i++)
		authority = authority << 8 | v.p[i];
	if (in_decimal(s, v.p[0], 1) || in_decimal(s, authority, 1))
		return FB_HOLDS;
	for (size_t at = 8; at < v.n; at += 4)
		if (in_decimal(s, fb_le32(v.p + at), 1))
			return FB_HOLDS;
	return FB_HOLDS_NOT;
}

/* The year, or the one before or behind it. */
static bool near_year(const struct fb_sought *s, uint64_t second)
{
	uint64_t year = 1601 + second / SECONDS_A_YEAR;

	if (s->digits == 4 && year < 9999)
		return s->number + 1 >= year && s->number <= year + 1;
	return in_decimal(s, year - 1, 1) || in_decimal(s, year, 1) || in_decimal(s, year + 1, 1);
}

/* Groups of two digits are left to writing; what is longer is in the year or the fraction. */
static enum fb_holds in_filetime(const struct fb_sought *s, struct fb_slice v)
{
	uint64_t ft = fb_le64(v.p);
	int64_t second = (int64_t)(ft / 10000000) - SECONDS_1601, year;
	unsigned month, day;

	if (s->digits < 3)
		return FB_HOLDS_UNKNOWN;
	if (in_decimal(s, ft % 10000000, FRACTION_DIGITS))
		return FB_HOLDS;
	if (s->digits > YEAR_DIGITS || !near_year(s, ft / 10000000))
		return FB_HOLDS_NOT;
	fb_civil_from_days(second / 86400 - (second % 86400 < 0), &year, &month, &day);
	return in_decimal(s, (uint64_t)year, 1) ? FB_HOLDS : FB_HOLDS_NOT;
}

/* v.n: 1, 2, 4 or 8. */
static uint64_t load(struct fb_slice v)
{
	switch (v.n) {
	case 1: return v.p[0];
	case 2: return fb_le16(v.p);
	case 4: return fb_le32(v.p);
	default: return fb_le64(v.p);
	}
}

static bool in_number(const struct fb_sought *s, uint8_t type, struct fb_slice v)
{
	uint64_t n = load(v), top = 1ull << (8 * v.n - 1);

	if (type == FB_V_HEX32 || type == FB_V_HEX64)
		return in_hex(s, n);
	if ((type == FB_V_I8 || type == FB_V_I16 || type == FB_V_I32 || type == FB_V_I64) && n & top)
		n = top - (n ^ top);
	return in_decimal(s, n, 1);
}

/* ---- digits in text ---- */

static bool in_wide(const struct fb_sought *s, struct fb_slice v, bool aligned)
{
	/* Without the zero at the end, which nearly every character has. */
	struct fb_slice needle = fb_slice(s->wide, 2 * (size_t)s->digits - 1);
	size_t from = 0;

	while (from < v.n) {
		struct fb_slice rest = fb_slice_sub(v, from, v.n);
		size_t at = fb_slice_find(rest, needle), end = from + at + needle.n;

		if (at == rest.n)
			return false;
		if (end < v.n && v.p[end] == 0 && (!aligned || (from + at) % 2 == 0))
			return true;
		from += at + 1;
	}
	return false;
}

static bool in_bytes(const struct fb_sought *s, struct fb_slice v)
{
	return fb_slice_find(v, fb_slice(s->text, s->digits)) < v.n;
}

bool fb_sought_in_bytes(const struct fb_sought *s, struct fb_slice bytes)
{
	return in_bytes(s, bytes) || in_wide(s, bytes, false);
}

/* ---- values ---- */

#define NUMBERS (1u << FB_V_I8 | 1u << FB_V_U8 | 1u << FB_V_I16 | 1u << FB_V_U16 | 1u << FB_V_I32 | 1u << FB_V_U32 | \
		 1u << FB_V_I64 | 1u << FB_V_U64 | 1u << FB_V_HEX32 | 1u << FB_V_HEX64)

/* What is not of its type's length is written as bytes. */
static const uint8_t width[FB_V_COUNT] = {
	[FB_V_I8] = 1, [FB_V_U8] = 1, [FB_V_I16] = 2, [FB_V_U16] = 2, [FB_V_I32] = 4, [FB_V_U32] = 4, [FB_V_I64] = 8,
	[FB_V_U64] = 8, [FB_V_F32] = 4, [FB_V_F64] = 8, [FB_V_GUID] = 16, [FB_V_FILETIME] = 8, [FB_V_HEX32] = 4, [FB_V_HEX64] = 8,
};

static bool as_declared(uint8_t type, struct fb_slice v)
{
	switch (type) {
	case FB_V_BOOL: return v.n == 1 || v.n == 4 || v.n == 8;
	case FB_V_SID: return v.n >= 8 && v.n == 8 + 4 * (size_t)v.p[1];
	case FB_V_SYSTEMTIME: return false; /* it may not be: then it is written as bytes */
	default: return type < FB_V_COUNT && (!width[type] || v.n == width[type]);
	}
}

enum fb_holds fb_sought_in(const struct fb_sought *s, const struct fb_field *f)
{
	/* Longer text is cut where it is written. */
	bool text = f->v.n < FB_VALUE_MAX / 3;

	/* Most values are numbers. */
	if (f->type < FB_V_COUNT && NUMBERS >> f->type & 1 && s->digits && f->v.n == width[f->type])
		return s->types >> f->type & 1 && in_number(s, f->type, f->v) ? FB_HOLDS : FB_HOLDS_NOT;
	if (!as_declared(f->type, f->v))
		return FB_HOLDS_UNKNOWN;
	if (!(s->types >> f->type & 1))
		return FB_HOLDS_NOT;
	if (!s->digits)
		return FB_HOLDS_UNKNOWN;
	switch ((enum fb_vtype)f->type) {
	case FB_V_UTF16:
		return !text ? FB_HOLDS_UNKNOWN : in_wide(s, f->v, true) ? FB_HOLDS : FB_HOLDS_NOT;
	case FB_V_UTF8:
	case FB_V_ANSI:
		return !text ? FB_HOLDS_UNKNOWN : in_bytes(s, f->v) ? FB_HOLDS : FB_HOLDS_NOT;
	case FB_V_GUID:
		return in_guid(s, f->v.p) ? FB_HOLDS : FB_HOLDS_NOT;
	case FB_V_SID:
		return in_sid(s, f->v);
	case FB_V_FILETIME:
		return in_filetime(s, f->v);
	default:
		return FB_HOLDS_UNKNOWN;
	}
}
