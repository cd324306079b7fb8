/* An original record as people read it on a terminal: safe, and XML with a line for
 * each element. What is exact is in --json. */
#ifndef FB_SHOW_RECORD_H
#define FB_SHOW_RECORD_H

#include "base/buf.h"

/* Ends with a line feed. */
int fb_record_term(struct fb_buf *out, struct fb_slice original);

#endif
