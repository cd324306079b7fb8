#include "base/io.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

int fb_write_all(int fd, struct fb_slice s, struct fb_err *err)
{
	while (s.n) {
		ssize_t n = write(fd, s.p, s.n);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return fb_fail_errno(err, FB_EIO, "cannot write");
		s = fb_slice_sub(s, (size_t)n, s.n);
	}
	return 0;
}

int fb_read_file(const char *path, size_t max, struct fb_buf *out, struct fb_err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	size_t got = 0;
	int r = 0;

	if (fd < 0)
		return fb_fail_errno(err, errno == ENOENT ? FB_ENOTFOUND : FB_EIO, "%s", path);
	for (;;) {
		ssize_t n;

		if (fb_buf_reserve(out, 16384)) {
			r = fb_fail(err, out->code, "%s: %s", path, fb_code_text(out->code));
			break;
		}
		n = read(fd, out->p + out->n, 16384);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			r = fb_fail_errno(err, FB_EIO, "%s", path);
			break;
		}
		if (n == 0)
			break;
		out->n += (size_t)n;
		got += (size_t)n;
		if (got > max) {
			r = fb_fail(err, FB_ELIMIT, "%s: larger than %zu bytes", path, max);
			break;
		}
	}
	close(fd);
	return r;
}

int fb_outfile_open(struct fb_outfile *f, const char *path, struct fb_err *err)
{
	*f = (struct fb_outfile){ .fd = -1, .path = strdup(path) };
	if (!f->path || asprintf(&f->temporary, "%s.new-%ld", path, (long)getpid()) < 0) {
		f->temporary = NULL;
		fb_outfile_dispose(f);
		return fb_fail(err, FB_ENOMEM, "out of memory");
	}
	f->fd = open(f->temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
	if (f->fd < 0) {
		int r = fb_fail_errno(err, FB_EIO, "cannot create %s", path);

		fb_outfile_dispose(f);
		return r;
	}
	return 0;
}

static int sync_folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *dir = slash ? strndup(path, slash == path ? 1 : (size_t)(slash - path)) : strdup(".");
	int fd, r;

	if (!dir) {
		errno = ENOMEM;
		return -1;
	}
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	free(dir);
	if (fd < 0)
		return -1;
	r = fsync(fd);
	if (r && (errno == EINVAL || errno == EROFS))
		r = 0; /* file systems whose folders cannot be synced */
	close(fd);
	return r;
}

int fb_outfile_commit(struct fb_outfile *f, struct fb_err *err)
{
	int fd = f->fd;

	if (fsync(fd) && errno != EINVAL)
		return fb_fail_errno(err, FB_EIO, "cannot write %s", f->path);
	f->fd = -1;
	if (close(fd))
		return fb_fail_errno(err, FB_EIO, "cannot write %s", f->path);
	if (rename(f->temporary, f->path))
		return fb_fail_errno(err, FB_EIO, "cannot write %s", f->path);
	free(f->temporary);
	f->temporary = NULL;
	if (sync_folder_of(f->path))
		return fb_fail_errno(err, FB_EIO, "cannot write %s", f->path);
	return 0;
}

void fb_outfile_dispose(struct fb_outfile *f)
{
	if (f->fd >= 0)
		close(f->fd);
	if (f->temporary)
		unlink(f->temporary);
	free(f->temporary);
	free(f->path);
	*f = (struct fb_outfile){ .fd = -1 };
}
