/* Slabs of shared memory: made before the fork, written by readers, read by
 * matchers. After fb_pool_init nobody can map them writable any more: matchers
 * map them read-only, and so cannot alter what others read. */
#ifndef FB_ENGINE_POOL_H
#define FB_ENGINE_POOL_H

#include "base/err.h"
#include "base/limits.h"
#include "base/slice.h"

struct fb_pool {
	int fd;
	uint8_t *map; /* NULL: not mapped here */
	unsigned nslabs;
};

/* Mapped for writing in the caller and everything it forks, sealed against any
 * further writable mapping. */
int fb_pool_init(struct fb_pool *p, unsigned nslabs, struct fb_err *err);
void fb_pool_dispose(struct fb_pool *p);
/* The caller's mapping becomes read-only, for good. */
int fb_pool_readonly(struct fb_pool *p, struct fb_err *err);

/* A descriptor of its memory that can only be read; -1: errno says why. */
int fb_pool_reading(const struct fb_pool *p);

static inline uint8_t *fb_pool_slab(const struct fb_pool *p, unsigned slab)
{
	return p->map + (size_t)slab * FB_SLAB_SIZE;
}

#endif
