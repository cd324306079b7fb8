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

#endif
