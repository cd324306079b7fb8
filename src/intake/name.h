/* Names of files and of members of archives, as they are shown: valid UTF-8 without
 * control characters. A byte that cannot be shown is written \xNN, and so is what
 * already reads like such an escape, so that no two names look the same. Pure.
 */
#ifndef FB_INTAKE_NAME_H
#define FB_INTAKE_NAME_H

#include "base/buf.h"

void fb_name_put(struct fb_buf *out, struct fb_slice name);

/* What was odd about a member's name. */
enum fb_name_odd {
	FB_NAME_OUTSIDE = 1, /* absolute, or with ".." in it: shown so that it is neither */
	FB_NAME_BROKEN = 2,  /* not UTF-8, or with control characters */
	FB_NAME_CUT = 4,     /* longer than FB_MEMBER_NAME_MAX */
};

/* The name of a member as a path below its archive: no slash in front, no ".." (its
 * dots are written \x2E), no empty or "." parts. windows: backslashes are slashes
 * when there is no slash. Appends nothing when nothing is left of it. Returns what was
 * odd, enum fb_name_odd. */
unsigned fb_name_member(struct fb_buf *out, struct fb_slice name, bool windows);

#endif
