/* The generator's own random numbers (xoshiro256**, seeded by splitmix64): the same on
 * every machine, and one independent stream for each name, so that adding draws to one
 * log does not change another. */
#ifndef FB_DEMO_RNG_H
#define FB_DEMO_RNG_H

#include <stdint.h>

struct rng {
	uint64_t s[4];
};

static inline uint64_t rng_mix(uint64_t *x)
{
	uint64_t z = (*x += 0x9E3779B97F4A7C15ull);

	z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9ull;
	z = (z ^ z >> 27) * 0x94D049BB133111EBull;
	return z ^ z >> 31;
}

static inline void rng_init(struct rng *r, uint64_t seed, const char *name)
{
	uint64_t x = seed ^ 0xCBF29CE484222325ull;

	for (; *name; name++)
		x = (x ^ (uint8_t)*name) * 0x100000001B3ull;
	for (unsigned i = 0; i < 4; i++)
		r->s[i] = rng_mix(&x);
}

static inline uint64_t rng_rot(uint64_t x, unsigned k)
{
	return x << k | x >> (64 - k);
}

static inline uint64_t rng_next(struct rng *r)
{
	uint64_t out = rng_rot(r->s[1] * 5, 7) * 9, t = r->s[1] << 17;

	r->s[2] ^= r->s[0];
	r->s[3] ^= r->s[1];
	r->s[1] ^= r->s[2];
	r->s[0] ^= r->s[3];
	r->s[2] ^= t;
	r->s[3] = rng_rot(r->s[3], 45);
	return out;
}

/* 0 … n - 1; the bias of a 64-bit product is far below anything visible. */
static inline uint32_t rng_below(struct rng *r, uint32_t n)
{
	return (uint32_t)((rng_next(r) >> 32) * n >> 32);
}

static inline uint32_t rng_range(struct rng *r, uint32_t low, uint32_t high)
{
	return low + rng_below(r, high - low + 1);
}

/* True once in n times on average. */
static inline int rng_one_in(struct rng *r, uint32_t n)
{
	return rng_below(r, n) == 0;
}

#endif
