/* Hits put back into order: units come from the workers as they are done, and leave
 * here by source and unit. What has to wait lies in memory, and beyond FB_PASS_MEMORY
 * in a file without a name. */
#ifndef FB_CLI_INORDER_H
#define FB_CLI_INORDER_H

#include "base/err.h"
#include "event/result.h"

struct fb_inorder;

#define FB_INORDER_BATCH 32

/* Sources are numbered 0 … n-1 in the order in which they leave. out is called for 1 to
 * FB_INORDER_BATCH hits of one at a time; its non-zero return ends everything and is
 * returned. */
int fb_inorder_new(size_t n, int (*out)(void *user, size_t source, const struct fb_detection *d, size_t n),
		   void *user, struct fb_inorder **in, struct fb_err *err);
void fb_inorder_free(struct fb_inorder *in);

/* The hits of a unit; n == 0 too. Each unit of a source once, in any order. */
int fb_inorder_unit(struct fb_inorder *in, size_t source, uint32_t seq,
		    const struct fb_detection *hits, size_t n, struct fb_err *err);
/* The source has that many units, and no more will come of it. */
int fb_inorder_end(struct fb_inorder *in, size_t source, uint32_t units, struct fb_err *err);

#endif
