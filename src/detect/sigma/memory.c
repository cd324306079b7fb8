#include "detect/sigma/memory.h"

#include "base/limits.h"

#include <stdlib.h>

#define SLOTS 16384u
#define ALIGN(n) (((n) + 7) & ~(size_t)7)

struct slot {
	uint64_t hash, at; /* at: where in all that the ring ever had */
};

/* In the ring: this, the answer, the bytes of a and of b. */
struct entry {
	uint64_t head[2];
	uint32_t na, nb, n;
	uint32_t answer[];
};

struct sg_memory {
	uint64_t end; /* of all that the ring ever had */
	struct slot slot[SLOTS];
	_Alignas(8) uint8_t ring[FB_REMEMBERED_BYTES];
};

struct sg_memory *sg_memory_new(void)
{
	struct sg_memory *m = calloc(1, sizeof *m);

	if (m)
		m->end = 2 * sizeof m->ring; /* slots that are all zero lie too far back */
	return m;
}

void sg_memory_free(struct sg_memory *m)
{
	free(m);
}

static uint64_t word(const uint8_t *p)
{
	uint64_t w;

	memcpy(&w, p, sizeof w);
	return w;
}

/* The last bytes, at most eight: those before them again where there are some. */
static uint64_t tail(const uint8_t *p, size_t n)
{
	uint64_t w = 0;

	if (n >= 8)
		return word(p + n - 8);
	for (size_t i = 0; i < n; i++)
		w = w << 8 | p[i];
	return w;
}

/* Two lanes, so that the multiplications do not wait for each other. */
static uint64_t mix(uint64_t h, struct fb_slice s)
{
	const uint64_t k = 0x9E3779B97F4A7C15u, l = 0xC2B2AE3D27D4EB4Fu;
	uint64_t g = h ^ s.n;
	const uint8_t *p = s.p;
	size_t n = s.n;

	for (; n >= 16; p += 16, n -= 16) {
		h = (h ^ word(p)) * k;
		g = (g ^ word(p + 8)) * l;
		h ^= h >> 32;
		g ^= g >> 29;
	}
	if (n > 8)
		h = (h ^ word(p)) * k;
	g = (g ^ tail(s.p, s.n)) * l;
	return (h ^ h >> 29) * l ^ g ^ g >> 32;
}

void sg_memory_hash(struct sg_question *q)
{
	uint64_t h = mix(q->head[0] * 3 ^ q->head[1] * 0x9E3779B97F4A7C15u, q->a);

	if (q->b.n)
		h = mix(h, q->b);
	q->hash = h ^ h >> 32;
}

static bool same(const uint8_t *p, struct fb_slice s)
{
	return s.n == 0 || memcmp(p, s.p, s.n) == 0;
}

const uint32_t *sg_memory_find(const struct sg_memory *m, const struct sg_question *q, uint32_t *n)
{
	const struct slot *slot = &m->slot[q->hash & (SLOTS - 1)];
	const struct entry *e;
	const uint8_t *p;

	if (slot->hash != q->hash || m->end - slot->at > sizeof m->ring)
		return NULL;
	e = (const struct entry *)(const void *)(m->ring + slot->at % sizeof m->ring);
	p = (const uint8_t *)(e->answer + e->n);
	if (e->head[0] != q->head[0] || e->head[1] != q->head[1] || e->na != q->a.n ||
	    e->nb != q->b.n || !same(p, q->a) || !same(p + e->na, q->b))
		return NULL;
	*n = e->n;
	return e->answer;
}

uint32_t *sg_memory_add(struct sg_memory *m, const struct sg_question *q, uint32_t n)
{
	struct slot *slot = &m->slot[q->hash & (SLOTS - 1)];
	size_t room = sizeof(struct entry) + n * sizeof(uint32_t), at;
	struct entry *e;
	uint8_t *p;

	if (q->a.n > FB_REMEMBERED_MAX || q->b.n > FB_REMEMBERED_MAX - q->a.n || n > FB_REMEMBERED_MAX)
		return NULL;
	/* Most of what comes once never comes again, and would drive out what does. */
	if (slot->hash != q->hash) {
		*slot = (struct slot){ q->hash, 0 };
		return NULL;
	}
	room = ALIGN(room + q->a.n + q->b.n);
	at = m->end % sizeof m->ring;
	if (sizeof m->ring - at < room) { /* none goes over the end */
		m->end += sizeof m->ring - at;
		at = 0;
	}
	e = (struct entry *)(void *)(m->ring + at);
	*e = (struct entry){ { q->head[0], q->head[1] }, (uint32_t)q->a.n, (uint32_t)q->b.n, n };
	p = (uint8_t *)(e->answer + n);
	if (q->a.n)
		memcpy(p, q->a.p, q->a.n);
	if (q->b.n)
		memcpy(p + q->a.n, q->b.p, q->b.n);
	slot->at = m->end;
	m->end += room;
	return e->answer;
}
