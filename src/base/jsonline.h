/* Reads one line of JSON that is a flat object of texts and lists of texts, strictly:
 * for files that travel between people (decisions), never for evidence. Anything else
 * is refused with its position: numbers, nesting, a key twice, invalid UTF-8, NUL,
 * lone surrogates, what follows the object. */
#ifndef FB_BASE_JSONLINE_H
#define FB_BASE_JSONLINE_H

#include "base/arena.h"
#include "base/err.h"

#define FB_JSONLINE_KEYS 32

struct fb_jsonfield {
	struct fb_slice key;
	const struct fb_slice *v; /* n texts; of no list: one */
	size_t n;
	bool list;
};

/* All fields in their order, *n of them; texts live in the arena (with a NUL behind
 * each). At most max items in a list. FB_EINPUT, FB_ELIMIT, FB_ENOMEM. */
int fb_jsonline(struct fb_slice line, size_t max, struct fb_arena *arena,
		struct fb_jsonfield out[static FB_JSONLINE_KEYS], size_t *n, struct fb_err *err);

#endif
