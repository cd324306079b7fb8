/* Small cases that say what a rule must and must not find, read from text:
 *
 *   === what the case shows, or the id or path of a rule
 *   detection: …                  the rule; may be left out
 *   --- yes                       an event that must match, a field a line
 *   Image: C:\x.exe               (event/made.h)
 *   --- no                        one that must not
 *   --- error text                the rule is refused, and the reason has the text
 *   --- remark text               it is used, and this is said
 *
 * tests/golden/sigma/README.md describes it to people. */
#ifndef FB_DETECT_SIGMA_CASES_H
#define FB_DETECT_SIGMA_CASES_H

#include "base/err.h"
#include "detect/sigma/sigma.h"

struct fb_sigma_case {
	unsigned line;         /* of its === */
	const char *title;
	struct fb_slice rule;  /* title and log source added where it has none; n == 0: none */
	const struct fb_sigma_list *lists; /* its lines "list: Name=a,b" */
	size_t nlists;
};

/* Each returns 0 or a code that ends the reading. */
struct fb_sigma_cases_ops {
	int (*begin)(void *user, const struct fb_sigma_case *c); /* its rule is whole */
	int (*event)(void *user, unsigned line, struct fb_slice lines, bool yes);
	int (*says)(void *user, unsigned line, bool error, struct fb_slice text);
	int (*end)(void *user); /* after each begin */
};

/* FB_EINPUT: "line N: why" for what is no such text. */
int fb_sigma_cases(struct fb_slice text, const struct fb_sigma_cases_ops *ops, void *user,
		   struct fb_err *err);

#endif
