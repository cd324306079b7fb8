/* Counting by key: how many events have a value, and when the first and last were. */
#ifndef FB_CLI_TALLY_H
#define FB_CLI_TALLY_H

#include "base/arena.h"
#include "base/time.h"
#include "cli/cmd.h"

struct fb_tally_row {
	struct fb_slice key;
	uint64_t count;
	fb_time first, last; /* FB_TIME_NONE: none of them has a time */
	/* The caller's; zero, FB_TIME_NONE, empty at first. */
	uint64_t n[8], extra;
	unsigned flags;
	fb_time at[4];
	struct fb_slice note;
};

struct fb_tally {
	struct fb_arena arena;
	struct fb_tally_row **slots; /* open addressing */
	size_t n, room;
	uint64_t seed;
	uint64_t beyond; /* events of keys beyond FB_TALLY_KEYS */
};

void fb_tally_init(struct fb_tally *t);
void fb_tally_dispose(struct fb_tally *t);
/* The row of a key, made if new; NULL: it is beyond what is counted apart. Returns 0 or
 * FB_ENOMEM. */
int fb_tally_row_of(struct fb_tally *t, struct fb_slice key, struct fb_tally_row **out);
/* One more of it. */
void fb_tally_count(struct fb_tally_row *row, fb_time time);
/* Both; row may be NULL, *row too. */
int fb_tally_at(struct fb_tally *t, struct fb_slice key, fb_time time, struct fb_tally_row **row);
int fb_tally_add(struct fb_tally *t, struct fb_slice key, fb_time time);
/* Keeps a copy of the text as the row's note. */
int fb_tally_note(struct fb_tally *t, struct fb_tally_row *row, struct fb_slice note);
/* The row of a key, or NULL. */
struct fb_tally_row *fb_tally_get(struct fb_tally *t, struct fb_slice key);

enum fb_tally_order {
	FB_TALLY_BY_COUNT = 0, /* most often first, then by key */
	FB_TALLY_BY_KEY,
	FB_TALLY_BY_TIME,      /* of the first, without one last; then by key */
};
/* The rows in order. Theirs until dispose; nothing may be added or looked up
 * afterwards. */
struct fb_tally_row **fb_tally_sorted(struct fb_tally *t, enum fb_tally_order order);
/* Says what is beyond, and sets the status. Returns 0. */
int fb_tally_say(struct fb_cli *cli, const struct fb_tally *t);

#endif
