/* The compiled set: the rules' names, and the hashes of files that are known to be good. */
#ifndef FB_DETECT_WEBSHELL_SET_H
#define FB_DETECT_WEBSHELL_SET_H

#include "base/err.h"
#include "detect/webshell/ws.h"

struct wk_sum {
	uint8_t n; /* 16 MD5, 32 SHA-256 */
	uint8_t sum[FB_SHA256];
};

struct wk_set {
	struct fb_ruleset set;
	struct fb_rule_info rules[WS_RULES];
	struct wk_sum *sums; /* sorted */
	size_t nsums, capsums;
	bool md5; /* some of them are */
};

/* known.c */
int wk_read(struct wk_set *s, const char *path, struct fb_err *err);
int wk_sort(struct wk_set *s, struct fb_err *err);
/* md5: to make sums of the old kind with; NULL where none is in the lists. */
bool wk_known(const struct wk_set *s, struct fb_hashes *md5, const struct fb_file *file);

#endif
