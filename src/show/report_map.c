#include "show/report_in.h"

static uint64_t hash_of(struct fb_slice s)
{
	uint64_t h = 0xcbf29ce484222325u;

	for (size_t i = 0; i < s.n; i++)
		h = (h ^ s.p[i]) * 0x100000001b3u;
	return h ^ h >> 29;
}

/* Room for twice as many; old tables stay in the arena (their sum is less than the
 * new one). */
static bool grow(struct rep_map *map)
{
	uint32_t cap = map->cap ? map->cap * 2 : 64;
	struct fb_slice *key = fb_arena_calloc(map->arena, cap / 2, sizeof *key);
	uint32_t *slot = fb_arena_calloc(map->arena, cap, sizeof *slot);

	if (!key || !slot)
		return false;
	for (uint32_t i = 0; i < map->n; i++) {
		uint32_t at = (uint32_t)hash_of(map->key[i]) & (cap - 1);

		key[i] = map->key[i];
		while (slot[at])
			at = (at + 1) & (cap - 1);
		slot[at] = i + 1;
	}
	map->key = key;
	map->slot = slot;
	map->cap = cap;
	return true;
}

uint32_t rep_map_find(const struct rep_map *map, struct fb_slice key)
{
	uint32_t at;

	if (map->cap == 0)
		return REP_NONE;
	at = (uint32_t)hash_of(key) & (map->cap - 1);
	for (; map->slot[at]; at = (at + 1) & (map->cap - 1))
		if (fb_slice_eq(map->key[map->slot[at] - 1], key))
			return map->slot[at] - 1;
	return REP_NONE;
}

uint32_t rep_map_put(struct rep_map *map, struct fb_slice key)
{
	uint32_t found = rep_map_find(map, key), at;
	char *own;

	if (found != REP_NONE)
		return found;
	if (map->n == map->max || (map->n == map->cap / 2 && !grow(map)))
		return REP_NONE;
	own = fb_arena_strn(map->arena, key.p, key.n);
	if (!own)
		return REP_NONE;
	at = (uint32_t)hash_of(key) & (map->cap - 1);
	while (map->slot[at])
		at = (at + 1) & (map->cap - 1);
	map->key[map->n] = fb_slice(own, key.n);
	map->slot[at] = ++map->n;
	return map->n - 1;
}
