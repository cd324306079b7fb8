/* Counting by key: how many events have a value, and when the first and last were. */
#ifndef FB_CLI_TALLY_H
#define FB_CLI_TALLY_H

#include "base/arena.h"
#include "base/time.h"

struct fb_tally_row {
	struct fb_slice key;
	uint64_t count;
	fb_time first, last; /* FB_TIME_NONE: none of them has a time */
};

struct fb_tally {
	struct fb_arena arena;
	struct fb_tally_row **slots; /* open addressing */
	size_t n, room;
	uint64_t beyond; /* events of keys beyond FB_TALLY_KEYS */
};

void fb_tally_init(struct fb_tally *t);
void fb_tally_dispose(struct fb_tally *t);
/* 0 or FB_ENOMEM. */
int fb_tally_add(struct fb_tally *t, struct fb_slice key, fb_time time);
/* The rows, most often first, then by key (by_key: by key alone). Theirs until dispose;
 * nothing may be added afterwards. */
struct fb_tally_row **fb_tally_sorted(struct fb_tally *t, bool by_key);

#endif
