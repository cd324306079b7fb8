/* Answers remembered with what they were asked of: a table of the latest some thousand.
 * Questions are kept and compared whole, so that an answer is never another question's,
 * whatever evidence was made to look like.
 */
#ifndef FB_DETECT_SIGMA_MEMORY_H
#define FB_DETECT_SIGMA_MEMORY_H

#include "base/slice.h"

struct sg_question {
	uint64_t head[2]; /* who asks, of what */
	struct fb_slice a, b;
	uint64_t hash;
};

struct sg_memory;

/* NULL: no memory. */
struct sg_memory *sg_memory_new(void);
void sg_memory_free(struct sg_memory *m);

/* Sets the hash: once the rest is there. */
void sg_memory_hash(struct sg_question *q);
/* The answer, n numbers; NULL: not known. Valid until the next sg_memory_add. */
const uint32_t *sg_memory_find(const struct sg_memory *m, const struct sg_question *q, uint32_t *n);
/* Where the caller writes the n numbers of the answer; NULL: too long to be kept. */
uint32_t *sg_memory_add(struct sg_memory *m, const struct sg_question *q, uint32_t n);

#endif
