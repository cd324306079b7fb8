/* Reads JSON of evidence, one value at a time: every scalar is handed out with the key
 * that it stands under and the key above that. Bounded in depth, never beyond its
 * bytes; what is no JSON ends it. Pure. */
#ifndef FB_BASE_JSONSCAN_H
#define FB_BASE_JSONSCAN_H

#include "base/buf.h"

/* Objects and lists within one another. */
#define FB_JSONSCAN_DEPTH 32

struct fb_jsonscan {
	struct fb_slice above, key; /* of a list's items: the list's; empty: none; as written */
	struct fb_slice value;      /* a text without its escapes, else as written; dies with the call */
	bool text;
	unsigned depth;             /* objects and lists that it stands in */
};

/* The first value of `in`: *used bytes of it. value may stop by a non-zero return, which
 * is returned. FB_EINPUT: it is no JSON, what came before it was handed out. */
int fb_jsonscan(struct fb_slice in, size_t *used,
		int (*value)(void *user, const struct fb_jsonscan *v), void *user);

#endif
