/* Detections by rule and host, as a table: the default view of `detections` and the
 * middle of the summary. */
#ifndef FB_SHOW_GROUPS_H
#define FB_SHOW_GROUPS_H

#include "case/case.h"
#include "show/term.h"
#include "show/zone.h"

struct fb_groups_view {
	const struct fb_zone *zone;
	size_t indent;
	size_t limit;        /* groups shown; 0: all */
	enum fb_level level; /* with a limit: lower ones are only counted … */
	size_t fallback;     /* … unless nothing reaches it: then so many of any level */
	bool fold;           /* groups of noise lists are only counted, unless people marked
			      * something in them malicious or unknown, or differ about it */
};

struct fb_groups_rest { /* detections, by level */
	uint64_t all[FB_LEVEL_COUNT];
	uint64_t hidden[FB_LEVEL_COUNT]; /* of groups that were not shown */
	uint64_t groups, hidden_groups;
	uint64_t folded[FB_NOISE_COUNT], folded_groups[FB_NOISE_COUNT]; /* neither shown nor hidden */
};
/* "304 detections folded as noisy, 1 group: COMMAND --noisy", a line for each
 * class that was folded. dir: the case, as for a shell. */
void fb_groups_folded(struct fb_buf *out, const struct fb_groups_rest *rest, const char *indent,
		      const char *dir);

/* Writes nothing when there is none (*rest says so). */
int fb_groups_write(struct fb_out *o, struct fb_case *c, const struct fb_filter *filter,
		    const struct fb_groups_view *view, struct fb_groups_rest *rest,
		    struct fb_err *err);

/* A host as tables show it: without its domain where room is scarce. */
struct fb_slice fb_host_short(const char *host, size_t width);

#endif
