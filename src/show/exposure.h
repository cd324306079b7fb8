/* Bounds of what was exposed, for people and for machines (docs/formats/exposure.md). */
#ifndef FB_SHOW_EXPOSURE_H
#define FB_SHOW_EXPOSURE_H

#include "assess/claim/guarded.h"
#include "assess/exposure/exposure.h"
#include "base/json.h"
#include "show/term.h"
#include "show/zone.h"

struct fb_exposure_view {
	const struct fb_zone *zone;
	const struct fb_followed *state;
	fb_time as_of;
	const struct fb_guarded *guarded; /* what lists tell of files that are protected one by one */
	size_t nguarded;
};
int fb_exposure_write(struct fb_out *o, const struct fb_exposures *e, const struct fb_exposure_view *v);
void fb_json_exposure(struct fb_json *j, const struct fb_exposure *x, const struct fb_exposure_view *v);

#endif
