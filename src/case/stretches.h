/* When things were recorded, as finely as it is kept: stretches without a long pause, by
 * host. What coverage is made of; docs/formats/recorded.md. After the seal; copies of a
 * source are left out. What is handed over dies when the callback returns. FB_ESTATE: the
 * case was read by a program that did not keep them.
 */
#ifndef FB_CASE_STRETCHES_H
#define FB_CASE_STRETCHES_H

#include "case/case.h"

struct fb_stretch { /* records of a kind in a unit; by host, then time */
	const char *host, *path;
	struct fb_kind kind; /* its host is not set */
	bool second_hand;
};
int fb_case_stretches(struct fb_case *c, int (*cb)(void *user, const struct fb_stretch *row),
		      void *user, struct fb_err *err);

struct fb_log_stretch { /* records of a log that follow one another; by host, channel, number */
	const char *host, *path, *channel;
	uint64_t first, last;
	fb_time from, to;
	bool renumbered;
};
int fb_case_log_stretches(struct fb_case *c,
			  int (*cb)(void *user, const struct fb_log_stretch *row), void *user,
			  struct fb_err *err);

struct fb_host_notice { /* by host, time */
	const char *host, *path, *channel; /* channel: "" not known */
	struct fb_notice notice;           /* its host is not set */
};
int fb_case_host_notices(struct fb_case *c,
			 int (*cb)(void *user, const struct fb_host_notice *row), void *user,
			 struct fb_err *err);

/* Where bytes of a source could not be read, or records were lost: the times around them, FB_TIME_NONE where
 * none is known. By host, path. */
struct fb_unread_stretch {
	const char *host, *path;
	uint64_t bytes;
	fb_time after, before;
};
int fb_case_unread(struct fb_case *c, int (*cb)(void *user, const struct fb_unread_stretch *row),
		   void *user, struct fb_err *err);

#endif
