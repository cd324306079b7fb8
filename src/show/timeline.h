/* Detections one by one, in the order of time: under date heads (`timeline`), or
 * each line with its whole date (`detections --all`). */
#ifndef FB_SHOW_TIMELINE_H
#define FB_SHOW_TIMELINE_H

#include "case/case.h"
#include "show/term.h"
#include "show/zone.h"

struct fb_timeline {
	struct fb_out *out;
	const struct fb_zone *zone;
	bool heads;    /* dates as heads */
	bool fold;     /* what follows of the same rule on the same host: one line */
	struct fb_buf line;
	int64_t day;
	bool dated, undated;
	/* The run of one rule on one host. */
	char rule[128], host[256];
	uint64_t more;
	fb_time until;
	uint64_t rows, times_local;
};

void fb_timeline_init(struct fb_timeline *t, struct fb_out *out, const struct fb_zone *zone,
		      bool heads, bool fold);
void fb_timeline_dispose(struct fb_timeline *t);
/* Returns 0 or the code of out. */
int fb_timeline_row(struct fb_timeline *t, const struct fb_detection_row *row);
/* What is still held back. */
int fb_timeline_end(struct fb_timeline *t);

#endif
