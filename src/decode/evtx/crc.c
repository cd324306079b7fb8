/* CRC-32 of chunks: the costliest part of decoding, so with the processor's
 * carry-less multiplication where it has one. Else zlib's.
 *
 * Four lanes of 128 bits are moved 512 bits ahead at a time, modulo the polynomial;
 * what is left at the end, 128 bits that have the same remainder as all before, is
 * given to zlib with the rest of the bytes. Factors are powers of x modulo the
 * polynomial, bits reflected. */
#include "decode/evtx/evtx.h"

#include <zlib.h>

static uint32_t plain(uint32_t sum, struct fb_slice s)
{
	return s.n ? (uint32_t)crc32(sum, s.p, (uInt)s.n) : sum;
}

#if defined(__x86_64__)
#include <immintrin.h>

#define LANES 64u

__attribute__((target("pclmul,sse2"))) static __m128i ahead(__m128i v, __m128i factors)
{
	return _mm_xor_si128(_mm_clmulepi64_si128(v, factors, 0x00),
			     _mm_clmulepi64_si128(v, factors, 0x11));
}

static __m128i load(const uint8_t *p)
{
	__m128i v;

	memcpy(&v, p, sizeof v);
	return v;
}

__attribute__((target("pclmul,sse2"))) static uint32_t folded(uint32_t sum, struct fb_slice s)
{
	const __m128i by512 = _mm_set_epi64x(0x1C6E41596, 0x154442BD4); /* x^(512-32), x^(512+32) */
	const __m128i by128 = _mm_set_epi64x(0x0CCAA009E, 0x1751997D0); /* x^(128-32), x^(128+32) */
	struct fb_cur c = fb_cur(s);
	struct fb_slice block;
	__m128i lane[4], v;
	uint8_t rest[16];

	if (!fb_cur_take(&c, LANES, &block))
		return plain(sum, s);
	for (int i = 0; i < 4; i++)
		lane[i] = load(block.p + i * 16);
	lane[0] = _mm_xor_si128(lane[0], _mm_cvtsi32_si128((int)~sum));
	while (fb_cur_take(&c, LANES, &block))
		for (int i = 0; i < 4; i++)
			lane[i] = _mm_xor_si128(ahead(lane[i], by512), load(block.p + i * 16));
	v = lane[0];
	for (int i = 1; i < 4; i++)
		v = _mm_xor_si128(ahead(v, by128), lane[i]);
	while (fb_cur_take(&c, 16, &block))
		v = _mm_xor_si128(ahead(v, by128), load(block.p));
	memcpy(rest, &v, sizeof rest);
	/* All ones: zlib's inversion at the beginning is undone. */
	sum = plain(0xFFFFFFFF, fb_slice(rest, sizeof rest));
	return plain(sum, fb_slice_sub(s, c.at, s.n - c.at));
}

uint32_t evtx_crc(uint32_t sum, struct fb_slice s)
{
	if (__builtin_cpu_supports("pclmul"))
		return folded(sum, s);
	return plain(sum, s);
}
#else
uint32_t evtx_crc(uint32_t sum, struct fb_slice s)
{
	return plain(sum, s);
}
#endif
