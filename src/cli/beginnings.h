/* Which logs are the beginning of another one: found by reading those that may be once more. */
#ifndef FB_CLI_BEGINNINGS_H
#define FB_CLI_BEGINNINGS_H

#include "cli/evidence.h"

/* In a run, when everything was read. Keeps what it finds (case/beginnings.h) and says it as a remark of the shorter
 * log. ev NULL: what is known is said, and the rest left to a later run. */
int fb_beginnings_find(struct fb_case *c, struct fb_evidence *ev, struct fb_err *err);

#endif
