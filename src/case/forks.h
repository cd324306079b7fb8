/* Records of one number of one log that are two: a machine that was set back to a snapshot wrote its numbers once more, or
 * somebody changed what was written. Seen where files of the log agree in some blocks of numbers and differ in others
 * (event/recorded.h); docs/formats/coverage.md.
 */
#ifndef FB_CASE_FORKS_H
#define FB_CASE_FORKS_H

#include "base/arena.h"
#include "case/case.h"

struct fb_db;

/* A stretch in which two files of a log differ. */
struct fb_fork {
	const char *host, *channel;
	fb_time common;              /* of the last that was the same; FB_TIME_NONE: none was */
	fb_time since[2], until[2];  /* of what differs, in either file */
};
/* By host and channel; what is pointed to lives as long as the call. After the seal. A case of an older version has none. */
int fb_case_forks(struct fb_case *c, int (*cb)(void *user, const struct fb_fork *fork), void *user, struct fb_err *err);

/* Numbers of a log in one file whose records are told apart by what they are (struct fb_detection, content), not by number,
 * time and event id alone: between blocks in which files that have it agree. What has them in other bytes (an export), or
 * is second-hand, recovered or damaged, is not compared. */
struct fb_branch {
	uint64_t source;
	uint8_t sha256[FB_SHA256]; /* of the source; equal ones are one */
	bool hashed;
	int64_t host_id, channel_id; /* of the texts in the case */
	struct fb_slice host, channel; /* as recorded */
	uint64_t first, last;        /* record numbers; last: INT64_MAX at most */
};
struct fb_branches {
	struct fb_arena arena;
	struct fb_branch *v;
	size_t n, room;
};
/* While what the seal derives is made: kind_hosts is there. out is to be disposed of also on failure. */
int fb_branches_find(struct fb_db *db, struct fb_branches *out, struct fb_err *err);
void fb_branches_dispose(struct fb_branches *b);

/* Of a case, found on first use; they belong to it. After the seal. */
int fb_case_branches(struct fb_case *c, const struct fb_branches **out, struct fb_err *err);
/* The same, the caller's own: they outlive the case. out is to be disposed of also on failure. */
int fb_case_branches_own(struct fb_case *c, struct fb_branches *out, struct fb_err *err);
/* Whether the log has numbers of which this is one and that are told apart in some file. sha256: of the source; NULL: it
 * was not read to its end. */
bool fb_branches_tell(const struct fb_branches *b, uint64_t source, const uint8_t *sha256, struct fb_slice host,
		      struct fb_slice channel, uint64_t number);

#endif
