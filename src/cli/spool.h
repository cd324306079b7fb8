/* A folder in which unpacked members stay for later passes, so that a solid archive is
 * unpacked once: each a file named by the SHA-256 of its content, 0600. This process
 * writes what confined readers unpacked and never looks at it; who reads one again
 * hashes it again. */
#ifndef FB_CLI_SPOOL_H
#define FB_CLI_SPOOL_H

#include "base/hash.h"
#include "event/result.h"

struct fb_spool_entry;

struct fb_spool {
	int dir;           /* descriptor; -1: closed */
	char *path;        /* absolute */
	uint64_t bytes, max;
	struct fb_spool_entry *v; /* being written */
	size_t n, room;
	unsigned open;     /* descriptors of them */
	uint64_t kept, left; /* members kept; left out since there was no room */
	bool failed;       /* could not be written: nothing more is tried */
	char why[256];
};

/* make: also the folder (0700). What another run left unfinished is removed. FB_EUSAGE:
 * it is not the user's own, or open to others. FB_ENOTFOUND. max: bytes of all. */
int fb_spool_open(struct fb_spool *s, const char *path, bool make, uint64_t max, struct fb_err *err);
void fb_spool_close(struct fb_spool *s);

/* ops->bytes and ops->source of a run; what fails is kept in s->why, never ends the run. */
void fb_spool_bytes(struct fb_spool *s, uint64_t source, uint64_t offset, int from, uint64_t at, size_t n);
void fb_spool_done(struct fb_spool *s, const struct fb_source_result *r);

/* Is it there, whole? *fd (if fd is not NULL): open for reading. */
bool fb_spool_get(struct fb_spool *s, const uint8_t sha256[static FB_SHA256], uint64_t size, int *fd);
/* It turned out to be something else. */
void fb_spool_drop(struct fb_spool *s, const uint8_t sha256[static FB_SHA256]);

#endif
