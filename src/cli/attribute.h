/* When all is read: where sources were on their host, who collected them, and what the
 * manifest says, into the case. */
#ifndef FB_CLI_ATTRIBUTE_H
#define FB_CLI_ATTRIBUTE_H

#include "case/case.h"
#include "cli/evidence.h"
#include "cli/manifest.h"

/* manifest may be NULL: then what an earlier one said stays. ev: as of fb_collected_judge. */
int fb_attribute(struct fb_case *c, struct fb_manifest *manifest, struct fb_evidence *ev, struct fb_err *err);

#endif
