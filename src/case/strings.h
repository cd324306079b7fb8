/* Which number a text has, remembered: a bounded table beside the case's own. */
#ifndef FB_CASE_STRINGS_H
#define FB_CASE_STRINGS_H

#include "base/arena.h"
#include "base/limits.h"

struct fb_strings {
	struct fb_arena arena;
	struct fb_string_slot *slots;
	uint32_t used;
};

void fb_strings_init(struct fb_strings *s);
void fb_strings_dispose(struct fb_strings *s);
/* Everything is forgotten: numbers may have been rolled back. */
void fb_strings_clear(struct fb_strings *s);
/* 0: not remembered. */
int64_t fb_strings_find(const struct fb_strings *s, struct fb_slice text);
/* Remembers; when the table is full or memory ran out, forgets others or nothing. */
void fb_strings_add(struct fb_strings *s, struct fb_slice text, int64_t id);

#endif
