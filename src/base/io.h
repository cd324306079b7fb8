/* Files that the program writes: whole or not at all. */
#ifndef FB_BASE_IO_H
#define FB_BASE_IO_H

#include "base/buf.h"

/* All bytes, however often the system takes fewer. */
int fb_write_all(int fd, struct fb_slice s, struct fb_err *err);

/* A whole small file of ours (rules, lists; never evidence) of at most max bytes
 * appended to out. */
int fb_read_file(const char *path, size_t max, struct fb_buf *out, struct fb_err *err);

/* A file that appears under its name only when it is complete: written beside it,
 * fsynced, renamed, the folder fsynced. */
struct fb_outfile {
	int fd;         /* to write to; -1 when closed */
	char *path;
	char *temporary;
};

int fb_outfile_open(struct fb_outfile *f, const char *path, struct fb_err *err);
int fb_outfile_commit(struct fb_outfile *f, struct fb_err *err);
/* Without commit: the temporary file is removed. Always safe to call. */
void fb_outfile_dispose(struct fb_outfile *f);

#endif
