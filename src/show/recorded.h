/* What sources recorded, for people and as JSON (docs/formats/recorded.md). Missing
 * record numbers are a fact, and no accusation: nothing here says why. */
#ifndef FB_SHOW_RECORDED_H
#define FB_SHOW_RECORDED_H

#include "base/json.h"
#include "case/case.h"
#include "show/term.h"
#include "show/zone.h"

/* The keys `header`, `logs`, `gaps`, `notices`, `kinds` into the object of a source. */
void fb_json_records(struct fb_json *j, const struct fb_source_records *r);
/* `chains`: logs that lie in several files, into the object that is open. */
int fb_json_chains(struct fb_json *j, struct fb_case *c, const struct fb_filter *filter,
		   struct fb_err *err);
/* Each source with events: its logs, what is missing, notices, kinds. */
int fb_records_write(struct fb_out *o, struct fb_case *c, const struct fb_filter *filter,
		     const struct fb_zone *zone, struct fb_err *err);

#endif
