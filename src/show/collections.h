/* What collectors wrote about their work, by collection: what was asked for, what was
 * taken, what was not, and what came of their lists (docs/formats/collections.md). */
#ifndef FB_SHOW_COLLECTIONS_H
#define FB_SHOW_COLLECTIONS_H

#include "base/json.h"
#include "case/case.h"
#include "show/term.h"
#include "show/zone.h"

/* glob: over the paths of the sources that say it; NULL: all. */
int fb_collections_write(struct fb_out *o, struct fb_case *c, const char *glob, const struct fb_zone *zone,
			 struct fb_err *err);
/* An object for each collection: in a list of one object, or (lines) one a line. */
int fb_collections_json(struct fb_out *o, struct fb_case *c, const char *glob, bool lines,
			struct fb_err *err);
/* A row for each statement. */
int fb_collections_csv(struct fb_out *o, struct fb_case *c, const char *glob, struct fb_err *err);

#endif
