#include "base/slice.h"

#ifdef __SSE2__
#include <emmintrin.h>

/* Which of the sixteen bytes at p are that one, as bits. */
static inline unsigned fits(const uint8_t *p, __m128i byte)
{
	__m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);

	return (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(v, byte));
}
#endif

int fb_slice_cmp(struct fb_slice a, struct fb_slice b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int c = n ? memcmp(a.p, b.p, n) : 0;

	if (c)
		return c < 0 ? -1 : 1;
	return (a.n > b.n) - (a.n < b.n);
}

static uint8_t lower(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? (uint8_t)(c | 0x20) : c;
}

bool fb_slice_ieq(struct fb_slice a, struct fb_slice b)
{
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++)
		if (lower(a.p[i]) != lower(b.p[i]))
			return false;
	return true;
}

static bool blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct fb_slice fb_slice_trim(struct fb_slice s)
{
	while (s.n && blank(s.p[0])) {
		s.p++;
		s.n--;
	}
	while (s.n && blank(s.p[s.n - 1]))
		s.n--;
	return s;
}

bool fb_slice_u64(struct fb_slice s, uint64_t *out)
{
	uint64_t v = 0;

	if (s.n == 0 || s.n > 20)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		if (__builtin_mul_overflow(v, 10, &v) ||
		    __builtin_add_overflow(v, (uint64_t)(s.p[i] - '0'), &v))
			return false;
	}
	*out = v;
	return true;
}

size_t fb_slice_find(struct fb_slice s, struct fb_slice needle)
{
	const uint8_t *at;
	size_t i = 0;

	if (needle.n == 0)
		return 0;
	if (s.n < needle.n)
		return s.n;
#ifdef __SSE2__
	/* Sixteen places at once where the first and the last byte fit. Text that is made
	 * to fit nearly everywhere is left to memmem, which is never worse than linear. */
	if (needle.n >= 2) {
		const __m128i first = _mm_set1_epi8((char)needle.p[0]);
		const __m128i last = _mm_set1_epi8((char)needle.p[needle.n - 1]);
		unsigned patience = 64;

		for (; s.n - i >= needle.n + 15; i += 16) {
			const uint8_t *p = s.p + i;
			unsigned fit = fits(p, first) & fits(p + needle.n - 1, last);

			for (; fit; fit &= fit - 1) {
				unsigned k = (unsigned)__builtin_ctz(fit);

				if (memcmp(p + k, needle.p, needle.n) == 0)
					return i + k;
				if (patience-- == 0)
					goto slowly;
			}
		}
	}
slowly:
#endif
	at = memmem(s.p + i, s.n - i, needle.p, needle.n);
	return at ? (size_t)(at - s.p) : s.n;
}

bool fb_slice_number(struct fb_slice s, uint64_t *out)
{
	uint64_t v = 0;

	if (s.n < 3 || s.p[0] != '0' || (s.p[1] | 0x20) != 'x')
		return fb_slice_u64(s, out);
	if (s.n > 18)
		return false;
	for (size_t i = 2; i < s.n; i++) {
		uint8_t c = s.p[i] | 0x20;

		if (s.p[i] >= '0' && s.p[i] <= '9')
			v = v << 4 | (uint64_t)(s.p[i] - '0');
		else if (c >= 'a' && c <= 'f')
			v = v << 4 | (uint64_t)(c - 'a' + 10);
		else
			return false;
	}
	*out = v;
	return true;
}
