/* Opens the parts of a split archive as one file (intake/parts.h). Names and sizes only;
 * this runs in the broker. */
#ifndef FB_CLI_PARTS_H
#define FB_CLI_PARTS_H

#include "base/err.h"
#include "engine/engine.h"

struct fb_joined {
	struct fb_engine_part parts[FB_PARTS_MAX]; /* behind the first */
	unsigned n;
	enum { FB_ALONE = 0, FB_FIRST, FB_FOLLOWS } role;
	struct fb_buf missing; /* what is said of the set, or empty */
};

/* disk: a file's path. FB_FIRST: the parts behind it are open, in their order, and
 * handed to *file. FB_FOLLOWS: it is a part of an archive that begins elsewhere.
 * known: may this file be read (is it evidence)? NULL: any. */
int fb_parts_join(struct fb_joined *j, const char *disk, struct fb_engine_file *file,
		  bool (*known)(void *user, const char *disk), void *user, struct fb_err *err);
void fb_parts_dispose(struct fb_joined *j);

#endif
