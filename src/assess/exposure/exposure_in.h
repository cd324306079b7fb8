/* What the files of assess/exposure/ share. */
#ifndef FB_ASSESS_EXPOSURE_IN_H
#define FB_ASSESS_EXPOSURE_IN_H

#include "assess/exposure/exposure.h"

struct fb_egress {
	const struct fb_coverage *cov;
	fb_time from, to;      /* the earliest possible control, the end of what is asked about */
	const struct fb_steps *steps;
	const struct fb_may *may; /* NULL */
	struct fb_arena *arena;
	const char **hosts;    /* to be freed */
	size_t nhosts;
};

/* All machines that count. FB_ENOMEM. */
int ex_hosts(struct fb_egress *e, const struct fb_steps *steps, const struct fb_may *may);
/* Adds what a place sent outside, and what it sent to machines inside. */
void ex_place(const struct fb_egress *e, struct fb_exposure *x, const char *place);
/* What all of them sent, each flow once. */
void ex_case(const struct fb_egress *e, struct fb_exposure *x);
/* Is that an address outside? */
bool ex_outside(const struct fb_egress *e, const char *to);
/* What a place sent to that address outside, and by how many records. */
uint64_t ex_pair(const struct fb_egress *e, const char *place, const char *to, uint64_t *records);
/* *why: NULL, or why what a place sent has no upper end. FB_ENOMEM. */
int ex_unseen(const struct fb_egress *e, const char *place, struct fb_arena *arena, const char **why);

/* opened.c. Each adds an upper end of objects to x, or why there is none. FB_ENOMEM. */
/* What could be reached at a place: by a list of it. */
int ex_reachable(const struct fb_egress *e, struct fb_exposure *x);
/* What was opened of a place, or over a share of it (x->to). */
int ex_opened(const struct fb_egress *e, struct fb_exposure *x);
/* Of the case, what was reachable or opened: the sum of all places. */
int ex_all(const struct fb_egress *e, struct fb_exposure *x);
/* An upper end is what may be gathered of opened (of the case, which has to be bounded itself) and of what lay at the place. */
int ex_collected(const struct fb_egress *e, struct fb_exposure *x, const struct fb_exposure *opened, const char *lacks);

#endif
