/* Sources and the account of their bytes, for people. */
#ifndef FB_SHOW_SOURCES_H
#define FB_SHOW_SOURCES_H

#include "case/case.h"
#include "show/term.h"
#include "show/zone.h"

/* A line each, and a total. */
int fb_sources_write(struct fb_out *o, struct fb_case *c, const struct fb_filter *filter,
		     struct fb_err *err);
/* Does it have more to say than unused space (slack, never written)? */
bool fb_source_troubled(const struct fb_source_row *row);
/* Only those, each with what was not decoded, and why. */
int fb_sources_problems(struct fb_out *o, struct fb_case *c, const struct fb_filter *filter,
			struct fb_err *err);

#endif
