/* Files below the evidence folder, and the pace at which a log fills its window. */
#ifndef FB_DEMO_OUT_H
#define FB_DEMO_OUT_H

#include "plan.h"

#include "base/buf.h"

struct out {
	int fd;
	struct fb_buf b;
	uint64_t lines, bytes; /* of this file */
};

/* The folder that holds everything; made when it is not there. Ends the program with
 * status 3 when the disk does not take it; so do all below. */
void out_root(const char *dir);
/* path: relative to the folder; folders on the way are made. */
void out_open(struct out *o, const char *path);
/* Counts the newlines. */
void out_text(struct out *o, struct fb_slice s);
void out_close(struct out *o);
/* A whole file. */
void out_file(const char *path, struct fb_slice s);
/* A descriptor for the event log writer. */
int out_fd(const char *path);
void out_rename(const char *from, const char *to);
/* A copy of a file or of a folder with all below; of each file no more than its first
 * `permille` thousandths, up to a line end where that is not all. */
void out_copy(const char *from, const char *to, unsigned permille);
_Noreturn void out_die(const struct fb_err *err);

/* Office hours, evenings, weekends: when the next thing happens, so that `target` bytes
 * are spread over the window as work is. */
struct pace {
	fb_time from, to, last;
	uint64_t target, before, within, total; /* weights of the slots */
	int64_t slot;
	bool office;
};

void pace_init(struct pace *p, fb_time from, fb_time to, uint64_t target, bool office);
/* Never before the last one. FB_TIME_NONE when the window is full. */
fb_time pace_next(struct pace *p, uint64_t bytes, struct rng *r);

#endif
