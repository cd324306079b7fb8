/* Holds what collectors wrote about their work against what was read: which file each
 * statement speaks of, whether its hash fits, when it was acquired. */
#ifndef FB_CLI_COLLECTED_H
#define FB_CLI_COLLECTED_H

#include "case/case.h"

/* In a run, when everything was read and fb_attribute has said which collection each
 * source is in. Remarks and times of acquisition are remade. */
int fb_collected_judge(struct fb_case *c, struct fb_err *err);

#endif
