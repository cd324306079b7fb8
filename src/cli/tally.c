#include "cli/tally.h"

#include "base/err.h"
#include "base/hash.h"
#include "base/limits.h"

#include <stdlib.h>

void fb_tally_init(struct fb_tally *t)
{
	*t = (struct fb_tally){ 0 };
	fb_arena_init(&t->arena, FB_TALLY_MEMORY);
}

void fb_tally_dispose(struct fb_tally *t)
{
	fb_arena_dispose(&t->arena);
	free(t->slots);
}

/* Keys come from evidence: with a weak hash somebody could make the table slow. */
static uint64_t hash_of(struct fb_slice key)
{
	uint8_t sum[FB_SHA256];
	uint64_t h;

	fb_sha256_of(key, sum);
	memcpy(&h, sum, sizeof h);
	return h;
}

static struct fb_tally_row **slot(struct fb_tally *t, struct fb_slice key)
{
	size_t mask = t->room - 1, i = (size_t)hash_of(key) & mask;

	while (t->slots[i] && !fb_slice_eq(t->slots[i]->key, key))
		i = (i + 1) & mask;
	return &t->slots[i];
}

static int grow(struct fb_tally *t)
{
	struct fb_tally_row **old = t->slots;
	size_t before = t->room;

	t->room = before ? 2 * before : 256;
	t->slots = calloc(t->room, sizeof(struct fb_tally_row *));
	if (!t->slots) {
		t->slots = old;
		t->room = before;
		return FB_ENOMEM;
	}
	for (size_t i = 0; i < before; i++)
		if (old[i])
			*slot(t, old[i]->key) = old[i];
	free(old);
	return 0;
}

int fb_tally_add(struct fb_tally *t, struct fb_slice key, fb_time time)
{
	struct fb_tally_row **at, *row;
	char *copy;

	if (2 * t->n >= t->room && grow(t))
		return FB_ENOMEM;
	at = slot(t, key);
	if (!*at) {
		if (t->n == FB_TALLY_KEYS) {
			t->beyond++;
			return 0;
		}
		row = fb_arena_calloc(&t->arena, 1, sizeof *row);
		copy = row ? fb_arena_strn(&t->arena, key.p, key.n) : NULL;
		if (!copy) {
			t->beyond++; /* its memory is a limit too */
			return 0;
		}
		*row = (struct fb_tally_row){ .key = fb_slice(copy, key.n), .first = FB_TIME_NONE,
					      .last = FB_TIME_NONE };
		*at = row;
		t->n++;
	}
	row = *at;
	row->count++;
	if (time == FB_TIME_NONE)
		return 0;
	if (row->first == FB_TIME_NONE || time < row->first)
		row->first = time;
	if (row->last == FB_TIME_NONE || time > row->last)
		row->last = time;
	return 0;
}

static int by_key(const void *a, const void *b)
{
	const struct fb_tally_row *const *x = a, *const *y = b;

	return fb_slice_cmp((*x)->key, (*y)->key);
}

static int by_count(const void *a, const void *b)
{
	const struct fb_tally_row *const *x = a, *const *y = b;

	if ((*x)->count != (*y)->count)
		return (*x)->count > (*y)->count ? -1 : 1;
	return by_key(a, b);
}

struct fb_tally_row **fb_tally_sorted(struct fb_tally *t, bool keys)
{
	size_t n = 0;

	for (size_t i = 0; i < t->room; i++)
		if (t->slots[i])
			t->slots[n++] = t->slots[i];
	if (n)
		qsort(t->slots, n, sizeof *t->slots, keys ? by_key : by_count);
	return t->slots;
}
