/* What is missing for some of the time that is asked about and may still exist somewhere
 * (docs/formats/coverage.md), put together by place and thing. */
#ifndef FB_SHOW_FETCH_H
#define FB_SHOW_FETCH_H

#include "show/coverage.h"

/* A thing to fetch from a place, once, with all the kinds of records that it holds. */
struct fb_fetch {
	const struct fb_cover_place *place;
	const char *fetch;
	const char *shows;  /* "logons; new services" */
	unsigned questions; /* that need one of these kinds: a bit each */
	enum fb_absence reason; /* the one that says most */
	const char *named;  /* sites of which it is missing: fb_cell.why; NULL */
	fb_time from, to;   /* from the first time that lacks one of them to the last */
};
/* By place, in the order of the table of kinds; non-zero returns of cb end it. */
int fb_collect_each(const struct fb_coverage *c, const struct fb_coverage_view *v,
		    int (*cb)(void *user, const struct fb_fetch *f), void *user);
/* "exfiltration, impact", appended. */
void fb_fetch_questions(struct fb_buf *out, const struct fb_fetch *f);
/* Is there anything to fetch, and asked for? */
bool fb_collect_wanted(const struct fb_coverage_view *v, const struct fb_cover_place *p, const struct fb_track *t);
/* From the first time that lacks it to the last; the first cell, of those that name what is missing where there are
 * some; NULL: none. */
const struct fb_cell *fb_fetch_span(const struct fb_track *t, fb_time *from, fb_time *to);

#endif
