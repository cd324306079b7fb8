/* The files of a pack of rules: a folder walked for names with certain endings, or one
 * file. Paths come sorted by bytes, so that the order of a folder does not matter. */
#ifndef FB_DETECT_FILES_H
#define FB_DETECT_FILES_H

#include "base/arena.h"
#include "base/err.h"

struct fb_rule_file {
	const char *path; /* in the arena */
	uint32_t pack;    /* index of the pack that it is of */
};

struct fb_rule_files {
	struct fb_arena *arena; /* set by the caller: holds the paths */
	const char *const *endings; /* ".yar", …, NULL; without case */
	/* What could not be read below a pack; a non-zero return ends the search. */
	int (*problem)(void *user, const char *path, const char *why);
	void *user;
	struct fb_rule_file *v; /* sorted by (path, pack) after fb_rule_files_sort */
	size_t n, cap;
};

/* Adds a folder's files, or the one file whatever its name. FB_ENOTFOUND: no such path;
 * FB_ELIMIT: more than FB_RULES_MAX files; FB_ENOMEM; what problem returned. */
int fb_rule_files_add(struct fb_rule_files *f, const char *path, uint32_t pack, struct fb_err *err);
void fb_rule_files_sort(struct fb_rule_files *f);
void fb_rule_files_dispose(struct fb_rule_files *f);

#endif
