#include "detect/files.h"

#include "base/limits.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

static int add_file(struct fb_rule_files *f, const char *path, uint32_t pack, struct fb_err *err)
{
	if (f->n == FB_RULES_MAX)
		return fb_fail(err, FB_ELIMIT, "more than %u rule files", FB_RULES_MAX);
	if (f->n == f->cap) {
		size_t cap = f->cap ? f->cap * 2 : 256;
		struct fb_rule_file *more = reallocarray(f->v, cap, sizeof *more);

		if (!more)
			return fb_fail(err, FB_ENOMEM, "out of memory");
		f->v = more;
		f->cap = cap;
	}
	f->v[f->n].path = fb_arena_str(f->arena, path);
	f->v[f->n].pack = pack;
	if (!f->v[f->n++].path)
		return fb_fail(err, FB_ENOMEM, "out of memory");
	return 0;
}

static bool wanted(const struct fb_rule_files *f, const char *name)
{
	const char *dot = strrchr(name, '.');

	if (!dot || dot == name)
		return false;
	for (const char *const *e = f->endings; *e; e++)
		if (strcasecmp(dot, *e) == 0)
			return true;
	return false;
}

static int walk(struct fb_rule_files *f, const char *folder, uint32_t pack, unsigned depth,
		struct fb_err *err)
{
	struct dirent **names = NULL;
	int n, r = 0;

	if (depth > FB_WALK_DEPTH)
		return f->problem(f->user, folder, "folders nested too deep");
	n = scandir(folder, &names, NULL, NULL);
	if (n < 0)
		return depth ? f->problem(f->user, folder, "the folder cannot be read")
			     : fb_fail_errno(err, FB_EIO, "%s", folder);
	for (int i = 0; i < n; i++) {
		char path[FB_PATH_MAX];
		struct stat st;

		if (r || names[i]->d_name[0] == '.')
			continue;
		if (snprintf(path, sizeof path, "%s/%s", folder, names[i]->d_name) >=
		    (int)sizeof path)
			r = f->problem(f->user, folder, "a path is too long");
		else if (stat(path, &st))
			r = f->problem(f->user, path, "cannot be read");
		else if (S_ISDIR(st.st_mode))
			r = walk(f, path, pack, depth + 1, err);
		else if (wanted(f, names[i]->d_name))
			r = add_file(f, path, pack, err);
	}
	for (int i = 0; i < n; i++)
		free(names[i]);
	free(names);
	return r;
}

int fb_rule_files_add(struct fb_rule_files *f, const char *path, uint32_t pack, struct fb_err *err)
{
	struct stat st;

	if (stat(path, &st))
		return fb_fail_errno(err, FB_ENOTFOUND, "%s", path);
	return S_ISDIR(st.st_mode) ? walk(f, path, pack, 0, err) : add_file(f, path, pack, err);
}

static int by_path(const void *a, const void *b)
{
	const struct fb_rule_file *x = a, *y = b;
	int d = strcmp(x->path, y->path);

	return d ? d : x->pack < y->pack ? -1 : x->pack > y->pack;
}

void fb_rule_files_sort(struct fb_rule_files *f)
{
	if (f->n)
		qsort(f->v, f->n, sizeof *f->v, by_path);
}

void fb_rule_files_dispose(struct fb_rule_files *f)
{
	free(f->v);
	f->v = NULL;
	f->n = f->cap = 0;
}
