/* A folder of files that this user's runs leave to one another, of which nobody else
 * can have written a byte: the folder is the user's own and closed to others (0700, no
 * link, on no network file system), so is each file (0600), and each ends in the
 * SHA-256 of itself and its name. What does not hold is not used, and told.
 */
#ifndef FB_BASE_STORE_H
#define FB_BASE_STORE_H

#include "base/err.h"
#include "base/slice.h"

struct fb_store {
	int fd; /* of the folder; -1: closed */
	char *path;
};

/* make: also the folder and the one above it, should they be missing. FB_ENOTFOUND: it
 * is not there; FB_ESTATE: it is not to be trusted; FB_EIO; FB_ENOMEM. */
int fb_store_open(struct fb_store *s, const char *path, bool make, struct fb_err *err);
void fb_store_close(struct fb_store *s);

/* What was put under a name (letters, digits, '-'), in memory that the caller frees.
 * FB_ENOTFOUND; FB_ESTATE: others could have written it; FB_EINPUT: damaged; FB_EIO. */
int fb_store_get(struct fb_store *s, const char *name, void **bytes, size_t *n,
		 struct fb_err *err);
/* It appears whole or not at all; the least recently used others go, so that at most
 * FB_STORE_FILES and FB_STORE_BYTES stay. FB_EIO, FB_EFULL, FB_ENOMEM, FB_ELIMIT. */
int fb_store_put(struct fb_store *s, const char *name, struct fb_slice bytes,
		 struct fb_err *err);
/* How many files there are, and their bytes. */
void fb_store_count(struct fb_store *s, size_t *files, uint64_t *bytes);

/* The network file system that an open file lies on, by name, or NULL. */
const char *fb_remote_fs(int fd);

#endif
