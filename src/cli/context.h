/* Events around hits: those before and after them in their source (`search --context`). */
#ifndef FB_CLI_CONTEXT_H
#define FB_CLI_CONTEXT_H

#include "cli/pass.h"

/* Hits of one pass, in its order; then a second pass over their surroundings. */
struct fb_context {
	struct fb_context_hit { const char *path; uint64_t offset; } *v;
	size_t n, room;
	struct fb_arena paths;
};
void fb_context_init(struct fb_context *c);
void fb_context_dispose(struct fb_context *c);
/* FB_ENOMEM; FB_ELIMIT: more than FB_CONTEXT_HITS. */
int fb_context_add(struct fb_context *c, const struct fb_pass_hit *hit);

/* Reads again what lies within FB_UNIT_SIZE of a hit, and tells of the hits and of n events
 * before and after each, every event once, in the order of the evidence. p: as for the
 * first pass; its set, places and near are replaced. */
int fb_context_run(struct fb_context *c, struct fb_pass *p, const char *dir, size_t n,
		   int (*row)(void *user, const struct fb_pass_hit *hit, bool around), void *user);

#endif
