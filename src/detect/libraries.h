/* Which libraries of others the rooms of detect/ run on. */
#ifndef FB_DETECT_LIBRARIES_H
#define FB_DETECT_LIBRARIES_H

#include "base/buf.h"

/* A line "NAME VERSION" for each, appended. */
void fb_detect_libraries(struct fb_buf *out);

#endif
