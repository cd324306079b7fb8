/* Logs of text that are the beginning of another: a copy that was taken earlier, while the log went on. That one content
 * begins with another is kept as a row of meta, "hash:beginning:SHA256" -> SHA256 of the longer one, and stays true
 * whatever becomes of the sources.
 */
#ifndef FB_CASE_BEGINNINGS_H
#define FB_CASE_BEGINNINGS_H

#include "case/case.h"

struct fb_text_log {
	uint64_t source, size;
	const char *path, *format;
	const uint8_t *sha256;
	/* Of its first unit. */
	uint64_t length, events;
	fb_time first, last;
	bool one; /* it has no other */
	fb_time end;  /* the last time of any unit */
	uint32_t index; /* its number in what it is in, from 1; 0: it is a file */
	const char *host; /* that it is said to be of: by a manifest, or where it was collected; "" */
	/* The file that it is, or is in. */
	uint64_t file, file_size;
	const char *file_path, *disk;
};
/* Logs that were read to their end and have a time, but for event logs of Windows; by format, first time, size (the
 * longest first) and path. */
int fb_case_text_logs(struct fb_case *c, int (*cb)(void *user, const struct fb_text_log *log), void *user,
		      struct fb_err *err);
int fb_case_begins(struct fb_case *c, const uint8_t whole[static FB_SHA256], const uint8_t beginning[static FB_SHA256],
		   struct fb_err *err);
/* All that is known: of each beginning the longest that it was found to begin. */
int fb_case_beginnings(struct fb_case *c, int (*cb)(void *user, const uint8_t beginning[static FB_SHA256],
						    const uint8_t whole[static FB_SHA256]),
		       void *user, struct fb_err *err);

/* Decisions about lines are kept by the content of their log (event/identity.h), which is another when the log has gone on. */

/* Logs that may be what one became that something was decided about and that the case has not (any more): longer, and
 * with something at the same place, of what the decision is about. sha256, size: of what it was. */
int fb_case_grown(struct fb_case *c, int (*cb)(void *user, uint64_t source, const uint8_t sha256[static FB_SHA256], uint64_t size),
		  void *user, struct fb_err *err);
/* *out: the identity in the longest log that is known to begin with that of `event`; event itself where there is none, and
 * where both are of the case and of two hosts. In the arena. */
int fb_case_place_now(struct fb_case *c, const char *event, struct fb_arena *arena, const char **out, struct fb_err *err);
/* The size, as text, of the source that an event known by its place is in; "" of others. In the arena. */
int fb_case_place_size(struct fb_case *c, const char *event, struct fb_arena *arena, const char **out, struct fb_err *err);

#endif
