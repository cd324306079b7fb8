#include "base/text.h"

struct fold_run {
	uint32_t first, last;
	uint32_t step;
	int32_t delta;
};

#include "base/fold_table.h"

#define NRUNS (sizeof fold_runs / sizeof *fold_runs)

uint32_t fb_fold_char(uint32_t cp)
{
	size_t lo = 0, hi = NRUNS;

	if (cp < 0x80)
		return cp >= 'A' && cp <= 'Z' ? cp | 0x20 : cp;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (fold_runs[mid].last < cp)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (lo == NRUNS || cp < fold_runs[lo].first ||
	    (cp - fold_runs[lo].first) % fold_runs[lo].step)
		return cp;
	return (uint32_t)((int32_t)cp + fold_runs[lo].delta);
}

int fb_utf8_next(struct fb_slice s, uint32_t *cp)
{
	static const uint32_t least[5] = { 0, 0, 0x80, 0x800, 0x10000 };
	uint8_t c = s.p[0];
	uint32_t v;
	int n;

	if (c < 0x80) {
		*cp = c;
		return 1;
	}
	n = c >= 0xF0 && c < 0xF5 ? 4 : c >= 0xE0 ? 3 : c >= 0xC2 ? 2 : 0;
	*cp = FB_REPLACEMENT;
	if (n == 0 || c >= 0xF5 || (size_t)n > s.n)
		return -1;
	v = c & (0x7Fu >> n);
	for (int i = 1; i < n; i++) {
		if ((s.p[i] & 0xC0) != 0x80)
			return -1;
		v = v << 6 | (s.p[i] & 0x3F);
	}
	if (v < least[n] || v > 0x10FFFF || (v >= 0xD800 && v < 0xE000))
		return -1;
	*cp = v;
	return n;
}

size_t fb_utf8_put(uint32_t cp, uint8_t out[static 4])
{
	if (cp > 0x10FFFF || (cp >= 0xD800 && cp < 0xE000))
		cp = FB_REPLACEMENT;
	if (cp < 0x80) {
		out[0] = (uint8_t)cp;
		return 1;
	}
	if (cp < 0x800) {
		out[0] = (uint8_t)(0xC0 | cp >> 6);
		out[1] = (uint8_t)(0x80 | (cp & 0x3F));
		return 2;
	}
	if (cp < 0x10000) {
		out[0] = (uint8_t)(0xE0 | cp >> 12);
		out[1] = (uint8_t)(0x80 | (cp >> 6 & 0x3F));
		out[2] = (uint8_t)(0x80 | (cp & 0x3F));
		return 3;
	}
	out[0] = (uint8_t)(0xF0 | cp >> 18);
	out[1] = (uint8_t)(0x80 | (cp >> 12 & 0x3F));
	out[2] = (uint8_t)(0x80 | (cp >> 6 & 0x3F));
	out[3] = (uint8_t)(0x80 | (cp & 0x3F));
	return 4;
}

bool fb_utf8_valid(struct fb_slice s)
{
	while (s.n) {
		uint32_t cp;
		int n = fb_utf8_next(s, &cp);

		if (n < 0)
			return false;
		s.p += n;
		s.n -= (size_t)n;
	}
	return true;
}

int fb_utf8_clean(struct fb_buf *out, struct fb_slice s)
{
	while (s.n) {
		uint32_t cp;
		uint8_t four[4];
		int n = fb_utf8_next(s, &cp);

		if (fb_buf_put(out, four, fb_utf8_put(cp, four)))
			return out->code;
		n = n < 0 ? 1 : n;
		s.p += n;
		s.n -= (size_t)n;
	}
	return out->code;
}

/* One character of UTF-16LE at unit i; *i moves on. */
static uint32_t utf16_next(struct fb_slice s, size_t *i)
{
	size_t units = s.n / 2;
	uint32_t u = fb_slice_sub(s, *i * 2, 2).n == 2
			     ? (uint32_t)(s.p[*i * 2] | s.p[*i * 2 + 1] << 8)
			     : FB_REPLACEMENT;

	(*i)++;
	if (u < 0xD800 || u >= 0xE000)
		return u;
	if (u < 0xDC00 && *i < units) {
		uint32_t v = (uint32_t)(s.p[*i * 2] | s.p[*i * 2 + 1] << 8);

		if (v >= 0xDC00 && v < 0xE000) {
			(*i)++;
			return 0x10000 + ((u - 0xD800) << 10 | (v - 0xDC00));
		}
	}
	return FB_REPLACEMENT;
}

/* Eight units of pure ASCII at a time: nearly all of what Windows logs. Written
 * so that the compiler makes vector instructions of it on any processor. */
static bool ascii8(const uint8_t *p, uint8_t *out, bool fold)
{
	uint64_t lo, hi;
	uint8_t t[8];

	memcpy(&lo, p, 8);
	memcpy(&hi, p + 8, 8);
	if ((lo | hi) & 0xFF80FF80FF80FF80ull)
		return false;
	for (int k = 0; k < 8; k++)
		t[k] = p[k * 2];
	if (fold)
		for (int k = 0; k < 8; k++)
			t[k] = (uint8_t)(t[k] + ((uint8_t)(t[k] - 'A') < 26 ? 32 : 0));
	memcpy(out, t, 8);
	return true;
}

static size_t utf16_raw(struct fb_slice s, uint8_t *out, bool fold)
{
	size_t units = s.n / 2, i = 0;
	uint8_t *to = out;

	while (i < units) {
		uint32_t cp;

		if (units - i >= 8 && ascii8(s.p + i * 2, to, fold)) {
			i += 8;
			to += 8;
			continue;
		}
		cp = utf16_next(s, &i);
		if (fold)
			cp = fb_fold_char(cp);
		if (cp < 0x80) {
			*to++ = (uint8_t)cp;
		} else {
			uint8_t four[4];
			size_t n = fb_utf8_put(cp, four);

			memcpy(to, four, n);
			to += n;
		}
	}
	return (size_t)(to - out);
}

size_t fb_utf16_to_utf8_raw(struct fb_slice utf16, uint8_t *out)
{
	return utf16_raw(utf16, out, false);
}

size_t fb_utf16_fold_raw(struct fb_slice utf16, uint8_t *out)
{
	return utf16_raw(utf16, out, true);
}

int fb_utf16_to_utf8(struct fb_buf *out, struct fb_slice utf16)
{
	size_t room = utf16.n / 2 * 3;

	if (fb_buf_reserve(out, room))
		return out->code;
	if (room == 0)
		return 0; /* out may have no memory yet */
	out->n += utf16_raw(utf16, out->p + out->n, false);
	return 0;
}

/* Eight bytes of ASCII at a time, as in ascii8. */
static bool fold8(const uint8_t *p, uint8_t *out)
{
	uint64_t all;
	uint8_t t[8];

	memcpy(&all, p, 8);
	if (all & 0x8080808080808080ull)
		return false;
	memcpy(t, p, 8);
	for (int k = 0; k < 8; k++)
		t[k] = (uint8_t)(t[k] + ((uint8_t)(t[k] - 'A') < 26 ? 32 : 0));
	memcpy(out, t, 8);
	return true;
}

size_t fb_utf8_fold_raw(struct fb_slice s, uint8_t *out)
{
	uint8_t *to = out;

	while (s.n) {
		uint32_t cp;
		uint8_t four[4];
		size_t len;
		int n;

		if (s.n >= 8 && fold8(s.p, to)) {
			s.p += 8;
			s.n -= 8;
			to += 8;
			continue;
		}
		if (s.p[0] < 0x80) {
			uint8_t c = s.p[0];

			*to++ = (uint8_t)(c + ((uint8_t)(c - 'A') < 26 ? 32 : 0));
			s.p++;
			s.n--;
			continue;
		}
		n = fb_utf8_next(s, &cp);
		len = fb_utf8_put(fb_fold_char(cp), four);
		memcpy(to, four, len);
		to += len;
		n = n < 0 ? 1 : n;
		s.p += n;
		s.n -= (size_t)n;
	}
	return (size_t)(to - out);
}

int fb_utf8_fold(struct fb_buf *out, struct fb_slice s)
{
	if (s.n > SIZE_MAX / 3 || fb_buf_reserve(out, s.n * 3))
		return out->code ? out->code : (out->code = FB_ELIMIT);
	if (s.n == 0)
		return 0;
	out->n += fb_utf8_fold_raw(s, out->p + out->n);
	return 0;
}
