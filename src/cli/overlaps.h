/* Which logs have a part in common, without one being the beginning of the other: found by reading those that may once more. */
#ifndef FB_CLI_OVERLAPS_H
#define FB_CLI_OVERLAPS_H

#include "cli/evidence.h"

/* After fb_beginnings_find: as that. Keeps what it finds (case/overlaps.h) and says it as a remark of the copy. */
int fb_overlaps_find(struct fb_case *c, struct fb_evidence *ev, struct fb_err *err);

#endif
