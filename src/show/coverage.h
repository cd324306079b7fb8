/* What could have been seen, for people and for machines (docs/formats/coverage.md). */
#ifndef FB_SHOW_COVERAGE_H
#define FB_SHOW_COVERAGE_H

#include "assess/coverage/coverage.h"
#include "base/json.h"
#include "show/term.h"
#include "show/zone.h"

struct fb_coverage_view {
	const char *dir;
	const struct fb_zone *zone;
	const char *place;     /* glob; NULL: all */
	const char *telemetry; /* glob over ids; NULL: all of which a place has anything */
};
/* Places down, time across; what is drawn is the worst of its time. */
int fb_coverage_write(struct fb_out *o, const struct fb_coverage *c, const struct fb_coverage_view *v);
bool fb_coverage_wanted(const struct fb_coverage_view *v, const struct fb_cover_place *p, const struct fb_track *t);
void fb_json_cell(struct fb_json *j, const struct fb_cover_place *p, const struct fb_track *t, const struct fb_cell *cell);

/* What to fetch: each kind of record that a place lacks for some time, where it could still be. */
int fb_collect_write(struct fb_out *o, const struct fb_coverage *c, const struct fb_coverage_view *v);
void fb_json_collect(struct fb_json *j, const struct fb_coverage *c, const struct fb_cover_place *p,
		     const struct fb_track *t);

#endif
