/* Activities, for people and for machines (docs/formats/activities.md). */
#ifndef FB_SHOW_ACTIVITY_H
#define FB_SHOW_ACTIVITY_H

#include "base/json.h"
#include "case/steps.h"
#include "show/term.h"
#include "show/zone.h"

struct fb_activity_view {
	const char *dir;
	const struct fb_zone *zone;
	uint64_t activity; /* 0: all, of each its first steps */
	const char *place; /* glob; NULL: all */
};
int fb_activity_write(struct fb_out *o, const struct fb_steps *s, const struct fb_followed *state,
		      const struct fb_activity_view *v);
bool fb_activity_wanted(const struct fb_step *s, const struct fb_activity_view *v);
void fb_json_step(struct fb_json *j, const struct fb_step *s);
/* The first of a step and its causes, each the cause of the one before, and what the first was done on. */
#define FB_WHY_MAX 64
int fb_why_write(struct fb_out *o, const struct fb_steps *s, const struct fb_step *const *v, size_t n, const struct fb_zone *zone);
/* "things": what a step was done on, with their records. */
void fb_json_things(struct fb_json *j, const struct fb_steps *s, const struct fb_step *step);
/* What a document has besides its steps: edges, and what the pass could not do. */
void fb_json_followed(struct fb_json *j, const struct fb_steps *s, const struct fb_followed *state);

#endif
