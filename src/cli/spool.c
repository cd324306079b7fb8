#include "cli/spool.h"

#include "base/limits.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#define NAME_MAX_HERE (2 * FB_SHA256 + 1)
/* Behind it the number of a process and of a source: a file that is being written. */
#define UNFINISHED "unpacking-"
/* Descriptors held open; a reader unpacks one member after the other. */
#define OPEN_MAX_HERE 32

struct fb_spool_entry {
	uint64_t source, size;
	int fd; /* -1: closed meanwhile */
};

static void name_of(char out[static NAME_MAX_HERE], const uint8_t sha256[static FB_SHA256])
{
	fb_hex(sha256, FB_SHA256, out);
}

static void temporary(char out[static NAME_MAX_HERE], uint64_t source)
{
	(void)snprintf(out, NAME_MAX_HERE, UNFINISHED "%ld-%llu", (long)getpid(), (unsigned long long)source);
}

/* Written by this user, and by nobody else. */
static bool is_own(const struct stat *st)
{
	return S_ISREG(st->st_mode) && st->st_uid == geteuid() && (st->st_mode & 077) == 0;
}

static bool is_hash(const char *name)
{
	uint8_t sum[FB_SHA256];

	return fb_unhex(fb_slice_str(name), sum, sizeof sum);
}

/* Is the process gone that wrote it? */
static bool is_left(const char *name)
{
	struct fb_slice s = fb_slice_str(name);
	uint64_t pid;

	if (!fb_slice_starts(s, FB_LIT(UNFINISHED)))
		return false;
	s = fb_slice_sub(s, sizeof UNFINISHED - 1, s.n);
	return fb_slice_u64(fb_slice_sub(s, 0, fb_slice_find(s, FB_LIT("-"))), &pid) && pid > 0 &&
	       pid < INT32_MAX && kill((pid_t)pid, 0) && errno == ESRCH;
}

/* Counts what is there; of its own files those are removed that were never finished. */
static int take_stock(struct fb_spool *s, struct fb_err *err)
{
	int fd = openat(s->dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *e;

	if (!d) {
		if (fd >= 0)
			(void)close(fd);
		return fb_fail_errno(err, FB_EIO, "%s", s->path);
	}
	while ((e = readdir(d))) {
		struct stat st;

		if (fstatat(s->dir, e->d_name, &st, AT_SYMLINK_NOFOLLOW) || !is_own(&st))
			continue;
		if (is_left(e->d_name))
			(void)unlinkat(s->dir, e->d_name, 0);
		else if (is_hash(e->d_name))
			s->bytes += (uint64_t)st.st_size;
	}
	(void)closedir(d);
	return 0;
}

int fb_spool_open(struct fb_spool *s, const char *path, bool make, uint64_t max, struct fb_err *err)
{
	struct stat st;
	int r;

	*s = (struct fb_spool){ .dir = -1, .max = max };
	if (make && mkdir(path, 0700) && errno != EEXIST)
		return fb_fail_errno(err, FB_EUSAGE, "%s", path);
	s->dir = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (s->dir < 0)
		return fb_fail_errno(err, errno == ENOENT ? FB_ENOTFOUND : FB_EUSAGE, "%s", path);
	s->path = realpath(path, NULL);
	if (!s->path || fstat(s->dir, &st)) {
		r = fb_fail_errno(err, FB_EIO, "%s", path);
	} else if (st.st_uid != geteuid() || (st.st_mode & 022)) {
		r = fb_fail(err, FB_EUSAGE, "%s: others can write to it (chmod 700)", path);
	} else {
		r = take_stock(s, err);
	}
	if (r)
		fb_spool_close(s);
	return r;
}

static void forget(struct fb_spool *s, size_t i, bool remove)
{
	char name[NAME_MAX_HERE];

	if (s->v[i].fd >= 0) {
		(void)close(s->v[i].fd);
		s->open--;
	}
	if (remove) {
		temporary(name, s->v[i].source);
		(void)unlinkat(s->dir, name, 0);
		s->bytes -= s->v[i].size;
	}
	s->v[i] = s->v[--s->n];
}

void fb_spool_close(struct fb_spool *s)
{
	while (s->n)
		forget(s, s->n - 1, true);
	free(s->v);
	free(s->path);
	if (s->dir >= 0)
		(void)close(s->dir);
	*s = (struct fb_spool){ .dir = -1 };
}

static size_t entry_of(const struct fb_spool *s, uint64_t source)
{
	size_t i = s->n;

	while (i && s->v[i - 1].source != source)
		i--;
	return i ? i - 1 : SIZE_MAX;
}

static void fail(struct fb_spool *s, const char *what)
{
	s->failed = true;
	(void)snprintf(s->why, sizeof s->why, "%s: %s: %s", s->path, what, strerror(errno));
}

static bool begin(struct fb_spool *s, uint64_t source)
{
	struct fb_spool_entry *v = s->v;
	char name[NAME_MAX_HERE];
	int fd;

	if (s->n == s->room) {
		size_t room = s->room ? s->room * 2 : 64;

		v = reallocarray(s->v, room, sizeof *v);
		if (!v)
			return false;
		s->v = v;
		s->room = room;
	}
	temporary(name, source);
	(void)unlinkat(s->dir, name, 0);
	fd = openat(s->dir, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0) {
		fail(s, "a member could not be kept");
		return false;
	}
	s->v[s->n++] = (struct fb_spool_entry){ .source = source, .fd = fd };
	s->open++;
	return true;
}

/* Descriptors of the longest ago go first. */
static void close_some(struct fb_spool *s)
{
	for (size_t i = 0; i < s->n && s->open > OPEN_MAX_HERE; i++)
		if (s->v[i].fd >= 0) {
			(void)close(s->v[i].fd);
			s->v[i].fd = -1;
			s->open--;
		}
}

static bool reopen(struct fb_spool *s, struct fb_spool_entry *e)
{
	char name[NAME_MAX_HERE];

	if (e->fd >= 0)
		return true;
	temporary(name, e->source);
	e->fd = openat(s->dir, name, O_WRONLY | O_NOFOLLOW | O_CLOEXEC);
	if (e->fd < 0)
		return false;
	s->open++;
	return lseek(e->fd, (off_t)e->size, SEEK_SET) == (off_t)e->size;
}

/* By the kernel, from one descriptor to the other. */
static bool append(int fd, int from, uint64_t at, size_t n)
{
	off_t where = (off_t)at;

	while (n) {
		ssize_t got = sendfile(fd, from, &where, n);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		n -= (size_t)got;
	}
	return true;
}

void fb_spool_bytes(struct fb_spool *s, uint64_t source, uint64_t offset, int from, uint64_t at, size_t n)
{
	size_t i = entry_of(s, source);

	if (s->failed)
		return;
	/* It comes again from its beginning: what read it first has died. */
	if (offset == 0 && i != SIZE_MAX) {
		forget(s, i, true);
		i = SIZE_MAX;
	}
	if (offset == 0 && begin(s, source))
		i = s->n - 1;
	if (i == SIZE_MAX)
		return;
	if (s->v[i].size != offset || n > s->max || s->bytes > s->max - n) {
		s->left += s->v[i].size == offset;
		forget(s, i, true);
		return;
	}
	if (!reopen(s, &s->v[i]) || !append(s->v[i].fd, from, at, n)) {
		fail(s, "a member could not be kept");
		forget(s, i, true);
		return;
	}
	s->v[i].size += n;
	s->bytes += n;
	close_some(s);
}

void fb_spool_done(struct fb_spool *s, const struct fb_source_result *r)
{
	char from[NAME_MAX_HERE], to[NAME_MAX_HERE];
	size_t i = entry_of(s, r->source);
	struct stat st;

	if (i == SIZE_MAX)
		return;
	if (!r->whole || s->v[i].size != r->size) {
		forget(s, i, true);
		return;
	}
	temporary(from, r->source);
	name_of(to, r->sha256);
	/* A second copy takes the place of the first. */
	if (fstatat(s->dir, to, &st, AT_SYMLINK_NOFOLLOW) == 0 && is_own(&st))
		s->bytes -= (uint64_t)st.st_size < s->bytes ? (uint64_t)st.st_size : s->bytes;
	if (renameat(s->dir, from, s->dir, to)) {
		fail(s, "a member could not be kept");
		forget(s, i, true);
		return;
	}
	s->kept++;
	forget(s, i, false);
}

bool fb_spool_get(struct fb_spool *s, const uint8_t sha256[static FB_SHA256], uint64_t size, int *fd)
{
	char name[NAME_MAX_HERE];
	struct stat st;
	int got;

	if (s->dir < 0)
		return false;
	name_of(name, sha256);
	if (!fd)
		return fstatat(s->dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && is_own(&st) &&
		       (uint64_t)st.st_size == size;
	got = openat(s->dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (got < 0)
		return false;
	if (fstat(got, &st) || !is_own(&st) || (uint64_t)st.st_size != size) {
		(void)close(got);
		return false;
	}
	*fd = got;
	return true;
}

void fb_spool_drop(struct fb_spool *s, const uint8_t sha256[static FB_SHA256])
{
	char name[NAME_MAX_HERE];

	name_of(name, sha256);
	if (s->dir >= 0)
		(void)unlinkat(s->dir, name, 0);
}
