/* Reads noise lists (docs/formats/noise.md): which rules are dull, where, and why. They
 * stand outside of what is compiled, so that a list costs no new compilation and no new
 * matching. */
#ifndef FB_CLI_NOISE_H
#define FB_CLI_NOISE_H

#include "base/arena.h"
#include "base/err.h"
#include "case/noise.h"
#include "event/rules.h"

#define FB_NOISE_FILE "noise.yml" /* at the top of a pack's folder */

struct fb_noise_reader {
	struct fb_arena arena;
	struct fb_noise_lists lists;
	struct fb_noise_entry *v;   /* all, in the order of reading */
	bool *elsewhere;            /* of each: its list is about rules of another pack */
	uint32_t *of;               /* of each: its list */
	uint32_t n, cap;
	struct fb_noise_list *list;
	uint32_t nlists, lists_cap;
	struct fb_noise_entry *kept; /* what lists.v points to */
	/* What is to be said: broken lists of packs, entries about no rule of this run. */
	struct fb_rule_problem *problems;
	uint32_t nproblems, problems_cap;
};

void fb_noise_init(struct fb_noise_reader *n);
void fb_noise_dispose(struct fb_noise_reader *n);
/* "FILE:LINE: what" in err when something is wrong with it; nothing of it is kept then. */
int fb_noise_read(struct fb_noise_reader *n, const char *path, struct fb_err *err);
/* The list of a pack, if its folder has one. What is wrong with it becomes a problem. name:
 * of the pack; the list is "NAME/noise.yml" to people. */
int fb_noise_read_pack(struct fb_noise_reader *n, const char *folder, const char *name,
		       struct fb_err *err);
/* When all are read: lists has the entries about rules of these sets. */
int fb_noise_done(struct fb_noise_reader *n, const struct fb_ruleset *const *sets, struct fb_err *err);

#endif
