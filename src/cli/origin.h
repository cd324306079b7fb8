/* Where the evidence of detections lies, for reading records again. */
#ifndef FB_CLI_ORIGIN_H
#define FB_CLI_ORIGIN_H

#include "base/arena.h"
#include "case/case.h"
#include "cli/refetch.h"

/* Sets disk (NULL: the case does not know), depth and number of wanted[i] for source[i];
 * names live in the arena. */
int fb_origins(struct fb_case *c, const uint64_t *source, struct fb_wanted *wanted, size_t n,
	       struct fb_arena *names, struct fb_err *err);

#endif
