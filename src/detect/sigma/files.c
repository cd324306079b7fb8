#include "detect/sigma/files.h"

#include "base/limits.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define READ_SIZE 16384
#define SG_NOISE_FILE "noise.yml"

struct finder {
	struct sg_files *f;
	struct sg_compiler *c;
	struct fb_err *err;
};

static int no_memory(const struct finder *w)
{
	return fb_fail(w->err, FB_ENOMEM, "out of memory");
}

static bool take(struct fb_buf *text, int fd, size_t *n)
{
	for (*n = 0; *n <= FB_RULE_FILE_MAX;) {
		ssize_t got;

		if (fb_buf_reserve(text, READ_SIZE))
			return false;
		got = read(fd, text->p + text->n, READ_SIZE);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return got == 0;
		text->n += (size_t)got;
		*n += (size_t)got;
	}
	return false;
}

/* Files that lie beside one another are opened from their folder: three thousand
 * times the way from the root costs as much as reading them. */
static void keep_text(struct sg_files *f, int folder, const char *name, struct sg_file *file)
{
	int fd;

	if (!f->kept)
		return;
	file->at = f->text.n;
	fd = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	f->kept = fd >= 0 && take(&f->text, fd, &file->n);
	if (fd >= 0)
		close(fd);
	if (!f->kept)
		fb_buf_dispose(&f->text);
}

static int add(struct finder *w, int folder, const char *name, const char *path, uint32_t pack,
	       bool given)
{
	struct sg_files *f = w->f;
	struct sg_file *file;

	if (f->n == FB_RULES_MAX)
		return fb_fail(w->err, FB_ELIMIT, "more than %u rule files", FB_RULES_MAX);
	if (f->n == f->cap) {
		size_t cap = f->cap ? f->cap * 2 : 1024;
		struct sg_file *more = realloc(f->v, cap * sizeof *more);

		if (!more)
			return no_memory(w);
		f->v = more;
		f->cap = cap;
	}
	file = &f->v[f->n];
	*file = (struct sg_file){ .path = fb_arena_str(&w->c->set->arena, path), .pack = pack };
	if (!file->path)
		return no_memory(w);
	f->n++;
	if (!given)
		keep_text(f, folder, name, file);
	return 0;
}

static bool rule_name(const char *name)
{
	const char *dot = strrchr(name, '.');

	return dot && dot != name && (strcasecmp(dot, ".yml") == 0 || strcasecmp(dot, ".yaml") == 0);
}

/* The type of an entry as the folder tells it, links followed; 0: it cannot be told. */
static mode_t type_of(int folder, const struct dirent *e)
{
	struct stat st;

	if (e->d_type == DT_REG)
		return S_IFREG;
	if (e->d_type == DT_DIR)
		return S_IFDIR;
	return fstatat(folder, e->d_name, &st, 0) ? 0 : st.st_mode & S_IFMT;
}

static int walk(struct finder *w, int parent, const char *name, const char *path, uint32_t pack,
		unsigned depth);

static int enter(struct finder *w, int folder, const struct dirent *e, const char *in,
		 uint32_t pack, unsigned depth)
{
	char path[FB_PATH_MAX];
	mode_t type;

	if (e->d_name[0] == '.')
		return 0;
	if (snprintf(path, sizeof path, "%s/%s", in, e->d_name) >= (int)sizeof path)
		return sg_problem(w->c, in, 0, true, "a path is too long");
	type = type_of(folder, e);
	if (type == 0)
		return sg_problem(w->c, path, 0, true, "cannot be read");
	if (type == S_IFDIR)
		return walk(w, folder, e->d_name, path, pack, depth + 1);
	/* A pack's noise list (cli/noise.h) is none of its rules. */
	if (depth == 0 && strcmp(e->d_name, SG_NOISE_FILE) == 0)
		return 0;
	return rule_name(e->d_name) ? add(w, folder, e->d_name, path, pack, false) : 0;
}

static int walk(struct finder *w, int parent, const char *name, const char *path, uint32_t pack,
		unsigned depth)
{
	DIR *dir;
	const struct dirent *e;
	int fd, r = 0;

	if (depth > FB_WALK_DEPTH)
		return sg_problem(w->c, path, 0, true, "folders nested too deep");
	fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	dir = fd < 0 ? NULL : fdopendir(fd);
	if (!dir) {
		int why = errno;

		if (fd >= 0)
			close(fd);
		errno = why;
		return depth ? sg_problem(w->c, path, 0, true, "the folder cannot be read")
			     : fb_fail_errno(w->err, FB_EIO, "%s", path);
	}
	while (r == 0 && (errno = 0, e = readdir(dir)) != NULL)
		r = enter(w, fd, e, path, pack, depth);
	if (r == 0 && errno)
		r = sg_problem(w->c, path, 0, true, "the folder cannot be read to its end");
	closedir(dir);
	return r;
}

static int by_path(const void *a, const void *b)
{
	const struct sg_file *x = a, *y = b;
	int d = strcmp(x->path, y->path);

	return d ? d : x->pack < y->pack ? -1 : x->pack > y->pack;
}

int sg_files_find(struct sg_files *f, struct sg_compiler *c, const struct fb_sigma_pack *packs,
		  size_t npacks, struct fb_err *err)
{
	struct finder w = { f, c, err };

	*f = (struct sg_files){ .kept = true };
	fb_buf_init(&f->text, FB_RULES_KEPT);
	for (size_t i = 0; i < npacks; i++) {
		const char *path = packs[i].path;
		bool given = packs[i].text.p != NULL;
		struct stat st;
		int r;

		if (!given && stat(path, &st))
			return fb_fail_errno(err, FB_ENOTFOUND, "%s", path);
		if (!given && S_ISDIR(st.st_mode))
			r = walk(&w, AT_FDCWD, path, path, (uint32_t)i, 0);
		else
			r = add(&w, AT_FDCWD, path, path, (uint32_t)i, given);
		if (r)
			return fb_fail(err, r, "out of memory");
	}
	if (f->n)
		qsort(f->v, f->n, sizeof *f->v, by_path);
	return 0;
}

void sg_files_dispose(struct sg_files *f)
{
	free(f->v);
	fb_buf_dispose(&f->text);
	*f = (struct sg_files){ 0 };
}
