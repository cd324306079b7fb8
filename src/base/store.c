#include "base/store.h"

#include "base/hash.h"
#include "base/io.h"
#include "base/limits.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

/* Behind the bytes of a file. */
#define MAGIC "fbstore1"
#define SEAL_SIZE (sizeof MAGIC - 1 + FB_SHA256)
#define NAME_SIZE 128
/* A file that is being written stands beside its name under one with this in it. */
#define UNFINISHED ".new-"
#define UNFINISHED_SECONDS 3600

const char *fb_remote_fs(int fd)
{
	static const struct { unsigned long magic; const char *name; } remote[] = {
		{ 0x6969, "NFS" }, { 0xFF534D42, "CIFS" }, { 0xFE534D42, "SMB2" },
		{ 0x01021997, "9P" }, { 0x65735546, "FUSE" }, { 0x517B, "SMB" },
	};
	struct statfs fs;

	if (fstatfs(fd, &fs))
		return NULL;
	for (size_t i = 0; i < sizeof remote / sizeof *remote; i++)
		if ((uint32_t)fs.f_type == remote[i].magic)
			return remote[i].name;
	return NULL;
}

/* --- the folder --- */

/* The path without its last name; the caller frees. */
static char *above(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return strdup(".");
	return strndup(path, slash == path ? 1 : (size_t)(slash - path));
}

/* Root makes no folder among those of another: sudo would leave one there that its
 * owner could not use. */
static int make_folder(const char *path, struct fb_err *err)
{
	char *parent = above(path);
	struct stat st;
	int r = 0;

	if (!parent)
		return fb_fail(err, FB_ENOMEM, "out of memory");
	if (stat(parent, &st) == 0 && st.st_uid != 0 && geteuid() == 0)
		r = fb_fail(err, FB_ESTATE, "%s belongs to another user", parent);
	else if (mkdir(path, 0700) && errno != EEXIST)
		r = fb_fail_errno(err, FB_EIO, "%s", path);
	free(parent);
	return r;
}

static int make_folders(const char *path, struct fb_err *err)
{
	char *parent = above(path);
	struct stat st;
	int r = 0;

	if (!parent)
		return fb_fail(err, FB_ENOMEM, "out of memory");
	if (stat(parent, &st))
		r = make_folder(parent, err);
	free(parent);
	return r ? r : make_folder(path, err);
}

static int trust_folder(const struct fb_store *s, struct fb_err *err)
{
	const char *remote = fb_remote_fs(s->fd);
	struct stat st;

	if (fstat(s->fd, &st))
		return fb_fail_errno(err, FB_EIO, "%s", s->path);
	if (st.st_uid != geteuid())
		return fb_fail(err, FB_ESTATE, "%s belongs to another user", s->path);
	if (st.st_mode & 077)
		return fb_fail(err, FB_ESTATE, "%s is open to others (mode %03o, not 700)", s->path,
			       (unsigned)st.st_mode & 0777);
	if (remote)
		return fb_fail(err, FB_ESTATE, "%s lies on a network file system (%s)", s->path,
			       remote);
	return 0;
}

int fb_store_open(struct fb_store *s, const char *path, bool make, struct fb_err *err)
{
	const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
	int r = 0;

	*s = (struct fb_store){ .fd = -1, .path = strdup(path) };
	if (!s->path)
		return fb_fail(err, FB_ENOMEM, "out of memory");
	s->fd = open(path, flags);
	if (s->fd < 0 && errno == ENOENT && make) {
		r = make_folders(path, err);
		if (!r)
			s->fd = open(path, flags);
	}
	if (!r && s->fd < 0 && (errno == ELOOP || errno == ENOTDIR))
		r = fb_fail(err, FB_ESTATE, "%s is not a folder", path);
	else if (!r && s->fd < 0)
		r = fb_fail_errno(err, errno == ENOENT ? FB_ENOTFOUND : FB_EIO, "%s", path);
	if (!r)
		r = trust_folder(s, err);
	if (r)
		fb_store_close(s);
	return r;
}

void fb_store_close(struct fb_store *s)
{
	if (s->fd >= 0)
		close(s->fd);
	free(s->path);
	*s = (struct fb_store){ .fd = -1 };
}

/* --- one file --- */

static int seal(struct fb_slice bytes, const char *name, uint8_t out[static SEAL_SIZE])
{
	struct fb_sha256 *h = fb_sha256_new();

	if (!h)
		return FB_ENOMEM;
	fb_sha256_add(h, bytes);
	fb_sha256_add(h, fb_slice(name, strlen(name) + 1));
	fb_sha256_end(h, out + sizeof MAGIC - 1);
	fb_sha256_free(h);
	memcpy(out, MAGIC, sizeof MAGIC - 1);
	return 0;
}

static int read_sealed(int fd, size_t size, const char *name, void **out)
{
	uint8_t want[SEAL_SIZE], *p = malloc(size);
	size_t n = 0;
	int r = p ? 0 : FB_ENOMEM;

	while (!r && n < size) {
		ssize_t got = read(fd, p + n, size - n);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			r = got < 0 ? FB_EIO : FB_EINPUT;
		else
			n += (size_t)got;
	}
	if (!r)
		r = seal(fb_slice(p, size - SEAL_SIZE), name, want);
	if (!r && memcmp(want, p + size - SEAL_SIZE, SEAL_SIZE) != 0)
		r = FB_EINPUT;
	if (r)
		free(p);
	else
		*out = p;
	return r;
}

int fb_store_get(struct fb_store *s, const char *name, void **bytes, size_t *n,
		 struct fb_err *err)
{
	/* Not to hang on what is no file. */
	int fd = openat(s->fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	struct stat st;
	int r;

	if (fd < 0 && errno == ENOENT)
		return fb_fail(err, FB_ENOTFOUND, "%s/%s is not there", s->path, name);
	if (fd < 0 && errno == ELOOP)
		return fb_fail(err, FB_ESTATE, "%s/%s is a link", s->path, name);
	if (fd < 0 || fstat(fd, &st)) {
		r = fb_fail_errno(err, FB_EIO, "%s/%s", s->path, name);
	} else if (!S_ISREG(st.st_mode) || st.st_uid != geteuid() || (st.st_mode & 077) ||
		   st.st_nlink != 1) {
		r = fb_fail(err, FB_ESTATE, "%s/%s could have been written by others", s->path,
			    name);
	} else if (st.st_size < (off_t)SEAL_SIZE || st.st_size > (off_t)FB_STORE_BYTES) {
		r = fb_fail(err, FB_EINPUT, "%s/%s is damaged", s->path, name);
	} else {
		r = read_sealed(fd, (size_t)st.st_size, name, bytes);
		if (r)
			(void)fb_fail(err, r, "%s/%s is damaged", s->path, name);
		else
			*n = (size_t)st.st_size - SEAL_SIZE;
	}
	if (r == 0)
		(void)futimens(fd, NULL); /* used: others go first */
	if (fd >= 0)
		close(fd);
	return r;
}

/* --- all files --- */

struct file {
	char name[NAME_SIZE];
	struct timespec used;
	uint64_t size;
};

static bool unfinished(const char *name)
{
	return strstr(name, UNFINISHED) != NULL;
}

static int by_use(const void *a, const void *b)
{
	const struct file *x = a, *y = b;

	if (x->used.tv_sec != y->used.tv_sec)
		return x->used.tv_sec > y->used.tv_sec ? -1 : 1;
	if (x->used.tv_nsec != y->used.tv_nsec)
		return x->used.tv_nsec > y->used.tv_nsec ? -1 : 1;
	return strcmp(x->name, y->name);
}

/* Plain files of the folder; the caller frees. NULL: none, or no memory. */
static struct file *list(struct fb_store *s, size_t *n)
{
	int fd = openat(s->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct file *v = NULL;
	const struct dirent *e;
	size_t cap = 0;

	*n = 0;
	if (!dir && fd >= 0)
		close(fd);
	while (dir && (e = readdir(dir)) != NULL) {
		struct stat st;
		size_t len = strlen(e->d_name);

		if (e->d_name[0] == '.' || len >= NAME_SIZE ||
		    fstatat(s->fd, e->d_name, &st, AT_SYMLINK_NOFOLLOW) || !S_ISREG(st.st_mode))
			continue;
		if (*n == cap) {
			struct file *more = realloc(v, (cap = cap ? cap * 2 : 16) * sizeof *v);

			if (!more)
				break;
			v = more;
		}
		v[*n] = (struct file){ .used = st.st_mtim, .size = (uint64_t)st.st_size };
		memcpy(v[(*n)++].name, e->d_name, len + 1);
	}
	if (dir)
		closedir(dir);
	return v;
}

/* Also what runs that died left unfinished. */
static void trim(struct fb_store *s)
{
	struct timespec now = { 0 };
	size_t n, kept = 0;
	uint64_t bytes = 0;
	struct file *v = list(s, &n);

	(void)clock_gettime(CLOCK_REALTIME, &now);
	if (n)
		qsort(v, n, sizeof *v, by_use);
	for (size_t i = 0; i < n; i++) {
		bool go;

		if (unfinished(v[i].name)) {
			go = now.tv_sec - v[i].used.tv_sec > UNFINISHED_SECONDS;
		} else {
			bytes += v[i].size;
			go = ++kept > FB_STORE_FILES || bytes > FB_STORE_BYTES;
		}
		if (go)
			(void)unlinkat(s->fd, v[i].name, 0);
	}
	free(v);
}

static int write_file(int fd, struct fb_slice bytes, const char *name, struct fb_err *err)
{
	uint8_t end[SEAL_SIZE];
	int r = seal(bytes, name, end);

	if (r)
		return fb_fail(err, r, "out of memory");
	r = fb_write_all(fd, bytes, err);
	return r ? r : fb_write_all(fd, fb_slice(end, sizeof end), err);
}

int fb_store_put(struct fb_store *s, const char *name, struct fb_slice bytes, struct fb_err *err)
{
	char temporary[NAME_SIZE];
	int fd, r;

	if (bytes.n > FB_STORE_BYTES - SEAL_SIZE)
		return fb_fail(err, FB_ELIMIT, "%s: too much to keep", s->path);
	if (snprintf(temporary, sizeof temporary, "%s" UNFINISHED "%ld", name, (long)getpid()) >=
	    (int)sizeof temporary)
		return fb_fail(err, FB_EUSAGE, "%s: the name is too long", name);
	(void)unlinkat(s->fd, temporary, 0);
	fd = openat(s->fd, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return fb_fail_errno(err, FB_EIO, "%s", s->path);
	/* Not synced: a file that the machine lost does not have its seal. */
	r = write_file(fd, bytes, name, err);
	if (close(fd) && !r)
		r = fb_fail_errno(err, FB_EIO, "%s", s->path);
	if (!r && renameat(s->fd, temporary, s->fd, name))
		r = fb_fail_errno(err, FB_EIO, "%s", s->path);
	if (r)
		(void)unlinkat(s->fd, temporary, 0);
	else
		trim(s);
	return r;
}

void fb_store_count(struct fb_store *s, size_t *files, uint64_t *bytes)
{
	size_t n;
	struct file *v = list(s, &n);

	*files = 0;
	*bytes = 0;
	for (size_t i = 0; i < n; i++) {
		*files += !unfinished(v[i].name);
		*bytes += v[i].size;
	}
	free(v);
}
