#include "intake/walk.h"

#include "base/buf.h"
#include "base/limits.h"
#include "intake/name.h"
#include "base/time.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct walk {
	const struct fb_walk_ops *ops;
	void *user;
	struct fb_err *err;
	struct fb_buf shown; /* of what is looked at now */
	struct fb_buf disk;
};

struct names {
	char **v;
	size_t n, cap;
};

static void names_dispose(struct names *l)
{
	for (size_t i = 0; i < l->n; i++)
		free(l->v[i]);
	free(l->v);
	*l = (struct names){ 0 };
}

static int names_add(struct names *l, const char *name)
{
	if (l->n == l->cap) {
		size_t cap = l->cap ? l->cap * 2 : 64;
		char **v = reallocarray(l->v, cap, sizeof *v);

		if (!v)
			return FB_ENOMEM;
		l->v = v;
		l->cap = cap;
	}
	l->v[l->n] = strdup(name);
	if (!l->v[l->n])
		return FB_ENOMEM;
	l->n++;
	return 0;
}

static int by_bytes(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int problem(struct walk *w, const char *why)
{
	return w->ops->problem(w->user, fb_buf_cstr(&w->shown), fb_buf_cstr(&w->disk), why);
}

static int problem_errno(struct walk *w, const char *what)
{
	char why[128], text[64];

	(void)snprintf(why, sizeof why, "%s: %s", what, strerror_r(errno, text, sizeof text));
	return problem(w, why);
}

static const char *kind_of(mode_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFLNK:
		return "a symbolic link: not followed";
	case S_IFSOCK:
		return "a socket: not read";
	case S_IFIFO:
		return "a pipe: not read";
	case S_IFBLK:
		return "a block device: not read";
	case S_IFCHR:
		return "a character device: not read";
	default:
		return "neither file nor folder: not read";
	}
}

static int enter(struct walk *w, int at, const char *name, unsigned depth);

/* All names of an open folder; closes it. */
static int read_names(struct walk *w, int fd, struct names *out)
{
	DIR *d = fdopendir(fd);
	struct dirent *e;
	int rc = 0;

	if (!d) {
		rc = problem_errno(w, "cannot be listed");
		(void)close(fd);
		return rc;
	}
	for (;;) {
		errno = 0;
		e = readdir(d);
		if (!e)
			break;
		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		if (names_add(out, e->d_name)) {
			rc = fb_fail(w->err, FB_ENOMEM, "%s: out of memory",
				     fb_buf_cstr(&w->shown));
			break;
		}
	}
	if (!rc && errno)
		rc = problem_errno(w, "cannot be listed to its end");
	(void)closedir(d);
	return rc;
}

static int folder(struct walk *w, int at, const char *name, unsigned depth)
{
	struct names l = { 0 };
	int fd, list, rc;

	if (depth >= FB_WALK_DEPTH)
		return problem(w, "too many folders within one another: not walked");
	fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return problem_errno(w, "cannot be opened");
	list = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	if (list < 0) {
		rc = problem_errno(w, "cannot be opened");
		goto out;
	}
	rc = read_names(w, list, &l);
	if (l.n)
		qsort(l.v, l.n, sizeof *l.v, by_bytes);
	for (size_t i = 0; rc == 0 && i < l.n; i++) {
		size_t shown = w->shown.n, disk = w->disk.n;

		(void)fb_buf_putc(&w->shown, '/');
		fb_name_put(&w->shown, fb_slice_str(l.v[i]));
		if (w->disk.n == 0 || w->disk.p[w->disk.n - 1] != '/')
			(void)fb_buf_putc(&w->disk, '/');
		(void)fb_buf_puts(&w->disk, l.v[i]);
		rc = enter(w, fd, l.v[i], depth + 1);
		w->shown.n = shown;
		w->disk.n = disk;
	}
out:
	(void)close(fd);
	names_dispose(&l);
	return rc;
}

/* A file system may hold any time; those out of range are as good as none. */
static int64_t nanoseconds(struct timespec t)
{
	int64_t ns;

	if (__builtin_mul_overflow((int64_t)t.tv_sec, FB_SECOND, &ns) ||
	    __builtin_add_overflow(ns, (int64_t)t.tv_nsec, &ns))
		return FB_TIME_NONE;
	return ns;
}

/* What stands at w->shown and w->disk, named `name` in the folder `at`. */
static int enter(struct walk *w, int at, const char *name, unsigned depth)
{
	struct fb_walk_file f;
	struct stat st;

	if (fb_buf_code(&w->shown) || fb_buf_code(&w->disk))
		return fb_fail(w->err, FB_ENOMEM, "walking the evidence: out of memory");
	if (w->disk.n >= FB_PATH_MAX || w->shown.n >= FB_PATH_MAX)
		return problem(w, "the path is too long: not read");
	if (fstatat(at, name, &st, AT_SYMLINK_NOFOLLOW))
		return problem_errno(w, "cannot be looked at");
	if (S_ISDIR(st.st_mode))
		return folder(w, at, name, depth);
	if (!S_ISREG(st.st_mode))
		return problem(w, kind_of(st.st_mode));
	f = (struct fb_walk_file){
		.shown = fb_buf_cstr(&w->shown),
		.disk = fb_buf_cstr(&w->disk),
		.size = (uint64_t)st.st_size,
		.mtime = nanoseconds(st.st_mtim),
	};
	return w->ops->file(w->user, &f);
}

struct root {
	char *disk; /* absolute; the last name is not resolved */
	char *base;
	unsigned same; /* roots before it of the same name */
	bool again;    /* given before */
};

/* The absolute path of a root, links in its folders resolved, its last name not. */
static char *absolute(const char *given)
{
	size_t n = strlen(given);
	char *copy = strdup(given), *dir = NULL, *out = NULL, *slash;
	const char *last;

	if (!copy)
		return NULL;
	while (n > 1 && copy[n - 1] == '/')
		copy[--n] = 0;
	slash = strrchr(copy, '/');
	last = slash ? slash + 1 : copy;
	if (*last == 0 || strcmp(last, ".") == 0 || strcmp(last, "..") == 0) {
		out = realpath(copy, NULL);
		goto out;
	}
	if (slash == copy)
		dir = strdup("/");
	else if (slash)
		*slash = 0, dir = realpath(copy, NULL);
	else
		dir = realpath(".", NULL);
	if (dir && asprintf(&out, "%s/%s", strcmp(dir, "/") ? dir : "", last) < 0)
		out = NULL;
out:
	free(dir);
	free(copy);
	return out;
}

static void roots_free(struct root *r, size_t n)
{
	for (size_t i = 0; r && i < n; i++) {
		free(r[i].disk);
		free(r[i].base);
	}
	free(r);
}

static int roots_new(const char *const *given, size_t n, struct root **out, struct fb_err *err)
{
	struct root *r = calloc(n ? n : 1, sizeof *r);
	int rc = 0;

	if (!r)
		return fb_fail(err, FB_ENOMEM, "out of memory");
	for (size_t i = 0; i < n && !rc; i++) {
		struct stat st;
		const char *base;

		if (*given[i] == 0) {
			rc = fb_fail(err, FB_EUSAGE, "an empty path was given as evidence");
			break;
		}
		r[i].disk = absolute(given[i]);
		if (!r[i].disk || lstat(r[i].disk, &st)) {
			rc = fb_fail_errno(err, errno == ENOENT || errno == ENOTDIR ? FB_ENOTFOUND : FB_EIO,
					   "%s", given[i]);
			break;
		}
		base = strrchr(r[i].disk, '/');
		base = base ? base + 1 : r[i].disk;
		r[i].base = strdup(*base ? base : "root"); /* of the file system itself */
		if (!r[i].base) {
			rc = fb_fail(err, FB_ENOMEM, "out of memory");
			break;
		}
		for (size_t k = 0; k < i && !r[i].again; k++) {
			r[i].again = strcmp(r[k].disk, r[i].disk) == 0;
			if (r[i].again)
				r[i].same = r[k].same;
			else if (!r[k].again && strcmp(r[k].base, r[i].base) == 0)
				r[i].same++;
		}
	}
	if (rc)
		roots_free(r, n);
	else
		*out = r;
	return rc;
}

static int name_root(struct walk *w, const struct root *r)
{
	struct fb_buf base;
	int rc;

	if (!w->ops->root) {
		fb_name_put(&w->shown, fb_slice_str(r->base));
		if (r->same)
			(void)fb_buf_printf(&w->shown, "~%u", r->same + 1);
		return 0;
	}
	fb_buf_init(&base, 5 * (NAME_MAX + 1));
	fb_name_put(&base, fb_slice_str(r->base));
	rc = fb_buf_code(&base) ? fb_fail(w->err, FB_ENOMEM, "walking the evidence: out of memory")
				: w->ops->root(w->user, r->disk, fb_buf_cstr(&base), &w->shown);
	fb_buf_dispose(&base);
	return rc;
}

int fb_walk(const char *const *roots, size_t nroots, const struct fb_walk_ops *ops, void *user,
	    struct fb_err *err)
{
	struct walk w = { .ops = ops, .user = user, .err = err };
	struct root *r = NULL;
	int rc = roots_new(roots, nroots, &r, err);

	if (rc)
		return rc;
	/* A name may take four bytes for one, and is judged by enter(). */
	fb_buf_init(&w.shown, 2 * FB_PATH_MAX + 5 * (NAME_MAX + 1));
	fb_buf_init(&w.disk, 2 * FB_PATH_MAX + 5 * (NAME_MAX + 1));
	for (size_t i = 0; i < nroots && !rc; i++) {
		fb_buf_clear(&w.shown);
		fb_buf_clear(&w.disk);
		rc = name_root(&w, &r[i]);
		if (rc)
			break;
		(void)fb_buf_puts(&w.disk, r[i].disk);
		rc = r[i].again ? problem(&w, "given twice: read once")
				: enter(&w, AT_FDCWD, r[i].disk, 0);
	}
	fb_buf_dispose(&w.shown);
	fb_buf_dispose(&w.disk);
	roots_free(r, nroots);
	return rc;
}

bool fb_walk_again(const char *disk, struct fb_walk_file *out)
{
	struct stat st;

	if (lstat(disk, &st) || !S_ISREG(st.st_mode))
		return false;
	out->disk = disk;
	out->size = (uint64_t)st.st_size;
	out->mtime = nanoseconds(st.st_mtim);
	return true;
}

int fb_open_evidence(const char *disk, int *fd, struct fb_err *err)
{
	const int flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
	struct stat st;
	int f = open(disk, flags | O_NOATIME);

	if (f < 0 && errno == EPERM) /* not the owner */
		f = open(disk, flags);
	if (f < 0 && errno == ELOOP)
		return fb_fail(err, FB_EIO, "%s: a symbolic link: not followed", disk);
	if (f < 0)
		return fb_fail_errno(err, errno == ENOENT ? FB_ENOTFOUND : FB_EIO, "%s", disk);
	if (fstat(f, &st)) {
		int rc = fb_fail_errno(err, FB_EIO, "%s", disk);

		(void)close(f);
		return rc;
	}
	if (!S_ISREG(st.st_mode)) {
		(void)close(f);
		return fb_fail(err, FB_EIO, "%s: not a regular file", disk);
	}
	*fd = f;
	return 0;
}
