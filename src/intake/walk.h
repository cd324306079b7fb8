/* The files of evidence: found by walking what was named on the command line, and
 * opened for reading alone. This runs in the broker and reads names and sizes, never
 * content.
 *
 * Names come in byte order, folders gone into where they stand in that order, so
 * that two walks over the same evidence say the same. Symbolic links are never
 * followed, not even one named on the command line: the evidence would point at what
 * is to be read. Nothing is passed over in silence.
 */
#ifndef FB_INTAKE_WALK_H
#define FB_INTAKE_WALK_H

#include "base/buf.h"

struct fb_walk_file {
	/* The name of the folder given (its own, however it was spelled) and the names
	 * below it, "/" between: "evidence/SP01/u_ex250718.log"; for a file given, its
	 * name. Valid UTF-8 without control characters: other bytes are written \xNN. */
	const char *shown;
	const char *disk; /* how to open it: absolute, as the file system spells it */
	uint64_t size;
	int64_t mtime;    /* ns since 1970; FB_TIME_NONE: out of range */
};

/* Both return 0, or a code that ends the walk and is returned. What they are handed
 * dies when they return. */
struct fb_walk_ops {
	int (*file)(void *user, const struct fb_walk_file *file);
	/* Something that is not read: a link, a socket, a folder that cannot be opened,
	 * a name that is too long, a root given twice. why is one line. */
	int (*problem)(void *user, const char *shown, const char *disk, const char *why);
	/* May be NULL. How a root is shown: base is its own name, as above; what is
	 * appended to name is used. */
	int (*root)(void *user, const char *disk, const char *base, struct fb_buf *name);
};

/* Without ops->root, two roots of the same name are shown as "name" and "name~2", in
 * the order given.
 * A root that does not exist is FB_ENOTFOUND, before anything is walked. */
int fb_walk(const char *const *roots, size_t nroots, const struct fb_walk_ops *ops, void *user,
	    struct fb_err *err);

/* Size and time of a file seen by an earlier walk, into *out (disk, size, mtime); false:
 * there is no regular file any more. */
bool fb_walk_again(const char *disk, struct fb_walk_file *out);

/* Opens a regular file, and nothing else, for reading: never through a link in its last
 * name, never waiting (a fifo put in its place), without touching its access time
 * where the system lets us. */
int fb_open_evidence(const char *disk, int *fd, struct fb_err *err);

#endif
