/* Lists for the placeholders of rules (|expand: '%Servers%'), read from files. A file
 * *.yml or *.yaml is a map of names to lists; any other is named after the placeholder
 * (Servers, Servers.txt, Servers.list) and holds a value a line, where blank lines and
 * those that begin with # are passed over. Lists of one name add up; their values are
 * sorted and each is there once, so that the order of files changes nothing. */
#ifndef FB_DETECT_SIGMA_LISTS_H
#define FB_DETECT_SIGMA_LISTS_H

#include "base/err.h"
#include "detect/sigma/sigma.h"

struct fb_sigma_lists;

/* NULL: out of memory. */
struct fb_sigma_lists *fb_sigma_lists_new(void);
void fb_sigma_lists_free(struct fb_sigma_lists *l);

/* Adds what the file holds. FB_ENOTFOUND, FB_EIO, FB_EINPUT or FB_ELIMIT with
 * "PATH:LINE: why"; what was added before stays. */
int fb_sigma_lists_read(struct fb_sigma_lists *l, const char *path, struct fb_err *err);

/* The lists as fb_sigma_load_with takes them, by name; they live as long as l, until
 * the next read. FB_ENOMEM. */
int fb_sigma_lists_done(struct fb_sigma_lists *l, const struct fb_sigma_list **out, size_t *n,
			struct fb_err *err);

#endif
