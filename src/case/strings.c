#include "case/strings.h"

#include <stdlib.h>

#define NSLOTS (FB_CASE_STRINGS_MAX * 2)
#define TEXT_MAX 1024 /* longer ones are not remembered */

struct fb_string_slot {
	struct fb_slice text;
	int64_t id; /* 0: free */
};

void fb_strings_init(struct fb_strings *s)
{
	*s = (struct fb_strings){ 0 };
	fb_arena_init(&s->arena, (size_t)FB_CASE_STRINGS_MAX * TEXT_MAX * 2);
}

void fb_strings_dispose(struct fb_strings *s)
{
	fb_arena_dispose(&s->arena);
	free(s->slots);
	s->slots = NULL;
}

void fb_strings_clear(struct fb_strings *s)
{
	if (s->used == 0)
		return;
	memset(s->slots, 0, NSLOTS * sizeof *s->slots);
	fb_arena_reset(&s->arena);
	s->used = 0;
}

static uint32_t slot_of(const struct fb_strings *s, struct fb_slice text)
{
	uint64_t h = 14695981039346656037u;
	uint32_t at;

	for (size_t i = 0; i < text.n; i++)
		h = (h ^ text.p[i]) * 1099511628211u;
	at = (uint32_t)(h ^ h >> 32) & (NSLOTS - 1);
	while (s->slots[at].id && !fb_slice_eq(s->slots[at].text, text))
		at = (at + 1) & (NSLOTS - 1);
	return at;
}

int64_t fb_strings_find(const struct fb_strings *s, struct fb_slice text)
{
	return s->slots ? s->slots[slot_of(s, text)].id : 0;
}

void fb_strings_add(struct fb_strings *s, struct fb_slice text, int64_t id)
{
	uint32_t at;
	char *copy;

	if (text.n > TEXT_MAX)
		return;
	if (!s->slots && !(s->slots = calloc(NSLOTS, sizeof *s->slots)))
		return;
	if (s->used == FB_CASE_STRINGS_MAX)
		fb_strings_clear(s);
	at = slot_of(s, text);
	if (s->slots[at].id)
		return;
	copy = fb_arena_strn(&s->arena, text.p, text.n);
	if (!copy)
		return;
	s->slots[at].text = fb_slice(copy, text.n);
	s->slots[at].id = id;
	s->used++;
}
