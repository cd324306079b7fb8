/* One line on a terminal, redrawn at most five times a second: share done, rate,
 * time left, events, detections. In a pipe nothing. */
#ifndef FB_SHOW_PROGRESS_H
#define FB_SHOW_PROGRESS_H

#include "base/buf.h"

struct fb_progress {
	int fd;
	size_t width;     /* 0: off */
	int64_t started;  /* ns of the monotonic clock */
	int64_t drawn;
	uint64_t total;   /* bytes to be read; 0: unknown */
	const char *task; /* "hashing", or NULL */
	bool visible;
};

struct fb_progress_state {
	uint64_t bytes, events, detections;
};

/* wanted false, or fd no terminal: nothing is ever drawn. */
void fb_progress_init(struct fb_progress *p, int fd, bool wanted, uint64_t total);
void fb_progress_draw(struct fb_progress *p, const struct fb_progress_state *s);
/* What is being done now that has no measure; stands until cleared or drawn over. */
void fb_progress_note(struct fb_progress *p, const char *text);
/* Takes the line away, so that something else can be written. */
void fb_progress_clear(struct fb_progress *p);
int64_t fb_progress_elapsed(const struct fb_progress *p);

/* The line itself, for drawing and for tests. */
int fb_progress_text(struct fb_buf *out, const struct fb_progress_state *s, uint64_t total,
		     int64_t elapsed);

#endif
