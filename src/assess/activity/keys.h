/* Which keys there are at all: most of those that are asked for are not, and that is known without a search among the rest. */
#ifndef FB_ASSESS_ACTIVITY_KEYS_H
#define FB_ASSESS_ACTIVITY_KEYS_H

#include <stdbool.h>
#include <stdint.h>

#define ACT_KEYS_BITS 20

struct act_keys {
	uint64_t bits[1u << (ACT_KEYS_BITS - 6)]; /* 128 KB */
};

static inline uint32_t act_keys_at(uint32_t x, uint32_t y)
{
	return (uint32_t)(((uint64_t)x * 0x9E3779B97F4A7C15u ^ (uint64_t)y * 0xC2B2AE3D27D4EB4Fu) * 0xD6E8FEB86659FD93u >> (64 - ACT_KEYS_BITS));
}

static inline void act_keys_add(struct act_keys *k, uint32_t x, uint32_t y)
{
	uint32_t at = act_keys_at(x, y);

	k->bits[at / 64] |= UINT64_C(1) << at % 64;
}

/* false: it was not added. */
static inline bool act_keys_may(const struct act_keys *k, uint32_t x, uint32_t y)
{
	uint32_t at = act_keys_at(x, y);

	return k->bits[at / 64] >> at % 64 & 1;
}

#endif
