#include "base/text.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

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

/* ---- blocks of ASCII: nearly all of what is logged ----
 *
 * Each takes a block of characters, writes one byte for each and answers true, or
 * answers false when one of them is not ASCII; what it wrote then means nothing. */

static uint64_t load64(const uint8_t *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof v);
	return v;
}

/* Eight letters at once; all below 0x80, so that no sum reaches the next byte. */
static uint64_t lower64(uint64_t v)
{
	const uint64_t ones = 0x0101010101010101ull;
	uint64_t upper = (v + (0x80 - 'A') * ones) & ~(v + (0x7F - 'Z') * ones) & 0x80 * ones;

	return v | upper >> 2;
}

static inline bool bytes4(const uint8_t *p, uint8_t *out, bool fold)
{
	uint32_t v;

	memcpy(&v, p, sizeof v);
	if (v & 0x80808080u)
		return false;
	if (fold)
		v = (uint32_t)lower64(v);
	memcpy(out, &v, sizeof v);
	return true;
}

static inline bool bytes8(const uint8_t *p, uint8_t *out, bool fold)
{
	uint64_t v = load64(p);

	if (v & 0x8080808080808080ull)
		return false;
	if (fold)
		v = lower64(v);
	memcpy(out, &v, sizeof v);
	return true;
}

#ifdef __SSE2__
static inline __m128i load128(const uint8_t *p)
{
	return _mm_loadu_si128((const __m128i *)(const void *)p);
}

static inline __m128i lower128(__m128i v)
{
	__m128i upper = _mm_and_si128(_mm_cmpgt_epi8(v, _mm_set1_epi8('A' - 1)),
				      _mm_cmplt_epi8(v, _mm_set1_epi8('Z' + 1)));

	return _mm_or_si128(v, _mm_and_si128(upper, _mm_set1_epi8(0x20)));
}

static inline bool bytes16(const uint8_t *p, uint8_t *out, bool fold)
{
	__m128i v = load128(p);

	if (_mm_movemask_epi8(v))
		return false;
	if (fold)
		v = lower128(v);
	_mm_storeu_si128((__m128i *)(void *)out, v);
	return true;
}

/* Units above 0x7F in v? */
static inline bool wide128(__m128i v)
{
	v = _mm_and_si128(v, _mm_set1_epi16((short)0xFF80));
	return _mm_movemask_epi8(_mm_cmpeq_epi8(v, _mm_setzero_si128())) != 0xFFFF;
}

static inline bool units8(const uint8_t *p, uint8_t *out, bool fold)
{
	__m128i v = load128(p);

	if (wide128(v))
		return false;
	v = _mm_packus_epi16(v, v);
	if (fold)
		v = lower128(v);
	_mm_storel_epi64((__m128i *)(void *)out, v);
	return true;
}

static inline bool units16(const uint8_t *p, uint8_t *out, bool fold)
{
	__m128i lo = load128(p), hi = load128(p + 16), v;

	if (wide128(_mm_or_si128(lo, hi)))
		return false;
	v = _mm_packus_epi16(lo, hi);
	if (fold)
		v = lower128(v);
	_mm_storeu_si128((__m128i *)(void *)out, v);
	return true;
}
#else
static inline bool bytes16(const uint8_t *p, uint8_t *out, bool fold)
{
	return bytes8(p, out, fold) && bytes8(p + 8, out + 8, fold);
}

static inline bool units8(const uint8_t *p, uint8_t *out, bool fold)
{
	uint8_t t[8];

	if ((load64(p) | load64(p + 8)) & 0xFF80FF80FF80FF80ull)
		return false;
	for (int k = 0; k < 8; k++)
		t[k] = p[k * 2];
	return bytes8(t, out, fold);
}

static inline bool units16(const uint8_t *p, uint8_t *out, bool fold)
{
	return units8(p, out, fold) && units8(p + 16, out + 8, fold);
}
#endif

static inline bool units4(const uint8_t *p, uint8_t *out, bool fold)
{
	uint8_t t[4] = { p[0], p[2], p[4], p[6] };

	if (load64(p) & 0xFF80FF80FF80FF80ull)
		return false;
	return bytes4(t, out, fold);
}

/* The ASCII characters at the front of s (units of w bytes) to *to: whole blocks, then
 * what is left as a block that ends with the last character, over characters that
 * were written before. Returns how many; all of them, or those before a block that
 * is not pure ASCII. seen: how many characters before s were written, all one byte. */
static inline size_t ascii_front(const uint8_t *p, size_t n, size_t w, size_t seen, uint8_t *to,
				 bool fold)
{
	size_t i = 0, left;

	for (; n - i >= 16; i += 16)
		if (!(w == 2 ? units16(p + i * 2, to + i, fold) : bytes16(p + i, to + i, fold)))
			break;
	left = n - i;
	if (left == 0)
		return i;
	seen += i;
	if (left <= 16 && seen + left >= 16) {
		const uint8_t *q = p + n * w - 16 * w;

		if (w == 2 ? units16(q, to + n - 16, fold) : bytes16(q, to + n - 16, fold))
			return n;
	}
	if (left >= 8 && (w == 2 ? units8(p + i * 2, to + i, fold) : bytes8(p + i, to + i, fold))) {
		i += 8;
		left -= 8;
		seen += 8;
	}
	if (left && left <= 8 && seen + left >= 8) {
		const uint8_t *q = p + n * w - 8 * w;

		if (w == 2 ? units8(q, to + n - 8, fold) : bytes8(q, to + n - 8, fold))
			return n;
	}
	if (left >= 4 && (w == 2 ? units4(p + i * 2, to + i, fold) : bytes4(p + i, to + i, fold))) {
		i += 4;
		left -= 4;
		seen += 4;
	}
	if (left && left <= 4 && seen + left >= 4) {
		const uint8_t *q = p + n * w - 4 * w;

		if (w == 2 ? units4(q, to + n - 4, fold) : bytes4(q, to + n - 4, fold))
			return n;
	}
	return i;
}

/* How many bytes at the front of s are ASCII; may answer less, but not 0 for one. */
static size_t ascii_run(struct fb_slice s)
{
	size_t i = 0;

#ifdef __SSE2__
	for (; s.n - i >= 16; i += 16) {
		unsigned m = (unsigned)_mm_movemask_epi8(load128(s.p + i));

		if (m)
			return i + (unsigned)__builtin_ctz(m);
	}
#endif
	for (; s.n - i >= 8; i += 8)
		if (load64(s.p + i) & 0x8080808080808080ull)
			break;
	while (i < s.n && s.p[i] < 0x80)
		i++;
	return i;
}

bool fb_utf8_valid(struct fb_slice s)
{
	while (s.n) {
		size_t run = ascii_run(s);
		uint32_t cp;
		int n;

		s.p += run;
		s.n -= run;
		if (s.n == 0)
			break;
		n = fb_utf8_next(s, &cp);
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
		size_t run = ascii_run(s);
		uint32_t cp;
		uint8_t four[4];
		int n;

		if (run) {
			if (fb_buf_put(out, s.p, run))
				return out->code;
			s.p += run;
			s.n -= run;
			continue;
		}
		n = fb_utf8_next(s, &cp);
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

static inline size_t utf16_raw(struct fb_slice s, uint8_t *out, bool fold)
{
	size_t units = s.n / 2, i = 0, seen = 0;
	uint8_t *to = out;

	while (i < units) {
		size_t n = ascii_front(s.p + i * 2, units - i, 2, seen, to, fold);
		uint32_t cp;

		i += n;
		to += n;
		seen += n;
		if (i == units)
			break;
		cp = utf16_next(s, &i);
		if (fold)
			cp = fb_fold_char(cp);
		if (cp < 0x80) {
			*to++ = (uint8_t)cp;
			seen++;
		} else {
			uint8_t four[4];

			n = fb_utf8_put(cp, four);
			memcpy(to, four, n);
			to += n;
			seen = 0;
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

size_t fb_utf8_fold_raw(struct fb_slice s, uint8_t *out)
{
	uint8_t *to = out;
	size_t seen = 0;

	while (s.n) {
		size_t len = ascii_front(s.p, s.n, 1, seen, to, true);
		uint32_t cp;
		uint8_t four[4];
		int n;

		s.p += len;
		s.n -= len;
		to += len;
		seen += len;
		if (s.n == 0)
			break;
		n = fb_utf8_next(s, &cp);
		cp = fb_fold_char(cp);
		len = fb_utf8_put(cp, four);
		memcpy(to, four, len);
		to += len;
		seen = cp < 0x80 ? seen + 1 : 0;
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

bool fb_ascii_fold_raw(struct fb_slice s, uint8_t *out)
{
	for (size_t i = ascii_front(s.p, s.n, 1, 0, out, true); i < s.n; i++) {
		if (s.p[i] >= 0x80)
			return false;
		out[i] = (uint8_t)fb_fold_char(s.p[i]);
	}
	return true;
}
