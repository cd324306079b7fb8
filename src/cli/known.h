/* Rules that know files by name or hash (indicator lists), asked of every source when it
 * has been read. They see no byte of evidence, so this needs no confinement. */
#ifndef FB_CLI_KNOWN_H
#define FB_CLI_KNOWN_H

#include "base/arena.h"
#include "case/case.h"

struct fb_known_files {
	const struct fb_ruleset *const *sets;
	void *state[FB_RULESETS_MAX];
	bool any;
	/* of the source in hand */
	uint32_t base; /* number of the set's first rule */
	struct fb_arena arena;
	struct fb_buf entities;
	struct fb_detection *found;
	size_t n, cap;
};

/* sets: as a run takes them; borrowed. FB_ENOMEM. */
int fb_known_files_open(struct fb_known_files *k, const struct fb_ruleset *const *sets,
			struct fb_err *err);
void fb_known_files_close(struct fb_known_files *k);
/* What they say of the source that was just reported goes to the case. path: as shown. */
int fb_known_files_ask(struct fb_known_files *k, struct fb_case *c,
		       const struct fb_source_result *source, const char *path, struct fb_err *err);

#endif
