/* Of texts that are hashed: how one begins, where some lines stand in another, and sums of ranges. Whether two logs have a
 * part in common is found so: FB_ANCHOR_LINES whole lines stand for the beginning of the one and are looked for in the
 * other by a sum that is quick and proves nothing; where they are found, SHA-256 of both ranges decides.
 *
 * The broker sees sums and offsets, and no evidence. */
#ifndef FB_ENGINE_LINES_H
#define FB_ENGINE_LINES_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/cursor.h"
#include "base/limits.h"
#include "engine/engine.h"
#include "event/result.h"

/* As a reader has it: struct fb_text_ask. */
struct fb_lines_asked {
	bool heads;
	unsigned nanchors, nranges, ncuts;
	uint64_t anchors[FB_ANCHORS_MAX];
	struct fb_text_range ranges[FB_RANGES_MAX];
	struct fb_text_cut cuts[FB_RANGES_MAX];
};

/* What is asked, written by the broker (NULL: nothing) and read by the reader. */
void fb_lines_put_asked(struct fb_buf *out, const struct fb_text_ask *ask);
int fb_lines_get_asked(struct fb_cur *c, struct fb_lines_asked *out);
/* The next place behind the offset at which that member is cut; UINT64_MAX: none. */
uint64_t fb_lines_cut(const struct fb_lines_asked *a, uint32_t index, uint64_t offset);
/* Are there answers? */
static inline bool fb_lines_any(const struct fb_lines_asked *a)
{
	return a->heads || a->nanchors || a->nranges;
}

struct fb_lines;
/* Made where there is none, and ready for another text. It lives as long as the reader. */
int fb_lines_begin(struct fb_lines **l);
/* index: of the member in its container. */
int fb_lines_bytes(struct fb_lines *l, const struct fb_lines_asked *a, uint32_t index, struct fb_slice bytes);
/* Was all that is asked answered before the text ended? */
bool fb_lines_enough(const struct fb_lines *l, const struct fb_lines_asked *a);
/* The answers, of a text of that size, written by the reader and read by the broker, who believes none that was not asked
 * for. What they point to is in the arena. */
int fb_lines_put(struct fb_lines *l, const struct fb_lines_asked *a, uint64_t size, struct fb_buf *out);
int fb_lines_get(struct fb_cur *c, const struct fb_text_ask *ask, struct fb_arena *arena, struct fb_source_result *r);

#endif
