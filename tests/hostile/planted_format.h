/* A format for tests whose decoder misbehaves on demand (planted_format.c). */
#ifndef FB_TESTS_PLANTED_FORMAT_H
#define FB_TESTS_PLANTED_FORMAT_H

#include "event/format.h"

extern const struct fb_format fb_format_planted;

#endif
