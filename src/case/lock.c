#include "case/lock.h"

#include "base/limits.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char *join(const char *dir, const char *name)
{
	char *path;

	return asprintf(&path, "%s/%s", dir, name) < 0 ? NULL : path;
}

/* The number that the holder wrote, or 0. */
static unsigned long holder(int fd)
{
	char text[32] = "";
	unsigned long pid = 0;

	if (pread(fd, text, sizeof text - 1, 0) < 0)
		return 0;
	for (const char *p = text; *p >= '0' && *p <= '9' && pid < 100000000; p++)
		pid = pid * 10 + (unsigned long)(*p - '0');
	return pid;
}

/* The name must still lead to the file that is locked: the last holder removes it. */
static bool same_file(int fd, const char *path)
{
	struct stat a, b;

	return fstat(fd, &a) == 0 && lstat(path, &b) == 0 && a.st_dev == b.st_dev &&
	       a.st_ino == b.st_ino;
}

int fb_lock_take(const char *dir, const char *shown, int *out, struct fb_err *err)
{
	struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	char *path = join(dir, "lock");
	char text[32];
	int fd = -1, n, r = 0;

	if (!path)
		return fb_fail(err, FB_ENOMEM, "out of memory");
	for (;;) {
		fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
		if (fd < 0) {
			r = fb_fail_errno(err, FB_EIO, "cannot lock the case %s", shown);
			goto out;
		}
		if (fcntl(fd, F_OFD_SETLK, &whole)) {
			unsigned long pid = holder(fd);

			if (errno != EAGAIN && errno != EACCES)
				r = fb_fail_errno(err, FB_EIO, "cannot lock the case %s", shown);
			else if (pid)
				r = fb_fail(err, FB_EBUSY, "%s is in use by process %lu", shown, pid);
			else
				r = fb_fail(err, FB_EBUSY, "%s is in use by another process", shown);
			goto out;
		}
		if (same_file(fd, path))
			break;
		close(fd);
	}
	n = snprintf(text, sizeof text, "%ld\n", (long)getpid());
	/* Only for the message of others: a full disk must not keep a case closed. */
	if (ftruncate(fd, 0) == 0 && pwrite(fd, text, (size_t)n, 0) < 0)
		errno = 0;
	*out = fd;
	fd = -1;
out:
	if (fd >= 0)
		close(fd);
	free(path);
	return r;
}

void fb_lock_give(const char *dir, int lock)
{
	char *path = join(dir, "lock");

	if (path)
		(void)unlink(path); /* while it is held: see same_file */
	free(path);
	close(lock);
}

int fb_reserve_take(const char *dir, struct fb_err *err)
{
	char *path = join(dir, "reserve");
	struct stat st;
	int fd, e, r = 0;

	if (!path)
		return fb_fail(err, FB_ENOMEM, "out of memory");
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
	if (fd < 0) {
		r = fb_fail_errno(err, FB_EIO, "cannot create %s", path);
	} else if (fstat(fd, &st) || st.st_size < (off_t)FB_CASE_RESERVE) {
		e = posix_fallocate(fd, 0, FB_CASE_RESERVE);
		if (e == ENOSPC || e == EDQUOT) {
			(void)unlink(path);
			errno = e;
			r = fb_fail_errno(err, FB_EFULL, "cannot work in the case %s", dir);
		} /* a file system that cannot reserve goes without */
	}
	if (fd >= 0)
		close(fd);
	free(path);
	return r;
}

void fb_reserve_give(const char *dir)
{
	char *path = join(dir, "reserve");

	if (path)
		(void)unlink(path);
	free(path);
}
