/* What is wrong with rules, gathered while a kind of them is loaded. */
#ifndef FB_DETECT_PROBLEMS_H
#define FB_DETECT_PROBLEMS_H

#include "base/arena.h"
#include "event/rules.h"

struct fb_rule_problems {
	struct fb_arena *arena; /* set by the caller: holds the texts */
	struct fb_rule_problem *v;
	uint32_t n, cap;
};

/* FB_ENOMEM or 0; texts are copied. */
int fb_rule_problems_add(struct fb_rule_problems *p, const char *path, unsigned line, bool error,
			 const char *why);
/* Into the set, by path and line; they live in the arena. FB_ENOMEM or 0. */
int fb_rule_problems_keep(struct fb_rule_problems *p, struct fb_ruleset *set);
void fb_rule_problems_dispose(struct fb_rule_problems *p);

#endif
