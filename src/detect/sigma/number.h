/* Numbers of rules and of evidence. */
#ifndef FB_DETECT_SIGMA_NUMBER_H
#define FB_DETECT_SIGMA_NUMBER_H

#include "detect/sigma/set.h"

/* A number as rules write it: decimal, 0x, with sign, or with a fraction. */
bool sg_number(struct fb_slice s, struct sg_number *out);
/* -1, 0 or 1. */
int sg_number_cmp(const struct sg_number *a, const struct sg_number *b);

#endif
