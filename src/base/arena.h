/* Memory that is given back all at once: per unit in workers, per rule set in the
 * compiler. Pointers live until fb_arena_reset or _dispose. With the address
 * sanitizer each piece is an allocation of its own, so that overruns are seen.
 */
#ifndef FB_BASE_ARENA_H
#define FB_BASE_ARENA_H

#include "base/slice.h"

struct fb_arena_block;

struct fb_arena {
	struct fb_arena_block *head;
	size_t used;  /* in head */
	size_t total; /* taken from the system */
	size_t max;
};

void fb_arena_init(struct fb_arena *a, size_t max);
void fb_arena_dispose(struct fb_arena *a);
/* Everything handed out is dead; one block is kept for the next round. */
void fb_arena_reset(struct fb_arena *a);

/* n bytes aligned for any type, not cleared; NULL when memory or max is reached. */
void *fb_arena_get(struct fb_arena *a, size_t n);
/* The same for count items of size bytes, cleared, multiplication checked. */
void *fb_arena_calloc(struct fb_arena *a, size_t count, size_t size);
/* A copy with a NUL behind it; NULL when memory ran out. */
char *fb_arena_strn(struct fb_arena *a, const void *p, size_t n);
char *fb_arena_str(struct fb_arena *a, const char *s);

/* Keeps the pages that lie wholly in n bytes at p out of processes that are forked from now on (away), or
 * lets them have these again: before any of it is freed. For much that they have no business with:
 * pages that are not there need not be copied. Where the system will not, they get it, as ever. */
void fb_unshared(void *p, size_t n, bool away);

#endif
