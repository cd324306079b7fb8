#include "cli/tally.h"

#include "base/err.h"
#include "base/hash.h"
#include "base/limits.h"

#include <stdlib.h>

void fb_tally_init(struct fb_tally *t)
{
	*t = (struct fb_tally){ 0 };
	fb_arena_init(&t->arena, FB_TALLY_MEMORY);
	t->seed = fb_secret();
}

void fb_tally_dispose(struct fb_tally *t)
{
	fb_arena_dispose(&t->arena);
	free(t->slots);
}

static struct fb_tally_row **slot(struct fb_tally *t, struct fb_slice key)
{
	size_t mask = t->room - 1, i = (size_t)fb_hash64(t->seed, key) & mask;

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

int fb_tally_row_of(struct fb_tally *t, struct fb_slice key, struct fb_tally_row **out)
{
	struct fb_tally_row **at, *row;
	char *copy;

	*out = NULL;
	if (2 * t->n >= t->room && grow(t))
		return FB_ENOMEM;
	at = slot(t, key);
	*out = *at;
	if (*at)
		return 0;
	row = t->n < FB_TALLY_KEYS ? fb_arena_calloc(&t->arena, 1, sizeof *row) : NULL;
	copy = row ? fb_arena_strn(&t->arena, key.p, key.n) : NULL;
	if (!copy) {
		t->beyond++; /* its memory is a limit too */
		return 0;
	}
	row->key = fb_slice(copy, key.n);
	row->first = row->last = FB_TIME_NONE;
	for (size_t i = 0; i < sizeof row->at / sizeof *row->at; i++)
		row->at[i] = FB_TIME_NONE;
	*out = *at = row;
	t->n++;
	return 0;
}

void fb_tally_count(struct fb_tally_row *row, fb_time time)
{
	row->count++;
	if (time == FB_TIME_NONE)
		return;
	if (row->first == FB_TIME_NONE || time < row->first)
		row->first = time;
	if (row->last == FB_TIME_NONE || time > row->last)
		row->last = time;
}

int fb_tally_at(struct fb_tally *t, struct fb_slice key, fb_time time, struct fb_tally_row **out)
{
	struct fb_tally_row *row;
	int r = fb_tally_row_of(t, key, &row);

	if (row)
		fb_tally_count(row, time);
	if (out)
		*out = row;
	return r;
}

int fb_tally_add(struct fb_tally *t, struct fb_slice key, fb_time time)
{
	return fb_tally_at(t, key, time, NULL);
}

int fb_tally_note(struct fb_tally *t, struct fb_tally_row *row, struct fb_slice note)
{
	char *copy;

	/* A note that fits where the one before was, stands there. */
	if (note.n && note.n <= row->note.n) {
		memcpy((void *)(uintptr_t)row->note.p, note.p, note.n);
		row->note.n = note.n;
		return 0;
	}
	copy = fb_arena_strn(&t->arena, note.p, note.n);
	if (!copy) {
		t->beyond++;
		return 0;
	}
	row->note = fb_slice(copy, note.n);
	return 0;
}

struct fb_tally_row *fb_tally_get(struct fb_tally *t, struct fb_slice key)
{
	return t->room ? *slot(t, key) : NULL;
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

static int by_time(const void *a, const void *b)
{
	const struct fb_tally_row *const *x = a, *const *y = b;
	fb_time l = (*x)->first, r = (*y)->first;

	if (l != r && (l == FB_TIME_NONE || r == FB_TIME_NONE))
		return l == FB_TIME_NONE ? 1 : -1;
	return l != r ? (l < r ? -1 : 1) : by_key(a, b);
}

struct fb_tally_row **fb_tally_sorted(struct fb_tally *t, enum fb_tally_order order)
{
	static int (*const orders[])(const void *, const void *) = { by_count, by_key, by_time };
	size_t n = 0;

	for (size_t i = 0; i < t->room; i++)
		if (t->slots[i])
			t->slots[n++] = t->slots[i];
	if (n)
		qsort(t->slots, n, sizeof *t->slots, orders[order]);
	return t->slots;
}

int fb_tally_say(struct fb_cli *cli, const struct fb_tally *t)
{
	if (!t->beyond)
		return 0;
	fb_cli_say(cli, "more values than are counted apart: %llu events of further ones are left "
		   "out (--from, --to and --host choose)", (unsigned long long)t->beyond);
	cli->status = FB_EXIT_PART;
	return 0;
}
