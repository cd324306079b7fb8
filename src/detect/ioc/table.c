/* Looking indicators up: a filter of bits that mostly says no, then a hash table. */
#include "detect/ioc/set.h"

#include <stdlib.h>
#include <string.h>

uint64_t ic_hash(enum ic_type type, struct fb_slice text)
{
	uint64_t h = 0x9E3779B97F4A7C15u * ((uint64_t)type + 1) + text.n;
	size_t i = 0;

	for (; text.n - i >= 8; i += 8) {
		h = (h ^ fb_le64(text.p + i)) * 0xD6E8FEB86659FD93u;
		h ^= h >> 32;
	}
	for (uint64_t tail = 0, n = 0; i <= text.n; i++) {
		if (i == text.n) {
			h = (h ^ tail) * 0xD6E8FEB86659FD93u;
			break;
		}
		tail |= (uint64_t)text.p[i] << (8 * n++);
	}
	h ^= h >> 29;
	h *= 0xFF51AFD7ED558CCDu;
	return h ^ h >> 32;
}

struct fb_slice ic_key(const struct ic_item *item)
{
	return item->type == IC_ADDRESS ? fb_slice(item->address, sizeof item->address)
					: fb_slice(item->text, item->length);
}

static bool same_key(const struct ic_item *a, const struct ic_item *b)
{
	return a->type == b->type && fb_slice_eq(ic_key(a), ic_key(b));
}

static bool in_filter(const struct ic_set *s, uint64_t h)
{
	uint32_t mask = s->filter_bits - 1, a = (uint32_t)h & mask, b = (uint32_t)(h >> 17) & mask;

	return s->filter[a / 64] >> a % 64 & s->filter[b / 64] >> b % 64 & 1;
}

static const struct ic_set *sorting;

static int by_network(const void *a, const void *b)
{
	const struct ic_item *x = &sorting->items[*(const uint32_t *)a];
	const struct ic_item *y = &sorting->items[*(const uint32_t *)b];
	int d = x->bits - y->bits;

	d = d ? d : memcmp(x->address, y->address, 16);
	return d ? d : x < y ? -1 : x > y;
}

static int make_networks(struct ic_set *s)
{
	uint32_t n = 0, at = 0;

	s->networks = fb_arena_calloc(&s->arena, (size_t)s->count[IC_NETWORK] + 1, sizeof(uint32_t));
	if (!s->networks)
		return FB_ENOMEM;
	for (uint32_t i = 0; i < s->nitems; i++)
		if (s->items[i].type == IC_NETWORK)
			s->networks[n++] = i;
	sorting = s;
	if (n)
		qsort(s->networks, n, sizeof *s->networks, by_network);
	for (unsigned bits = 0; bits < 130; bits++) {
		while (at < n && s->items[s->networks[at]].bits < bits)
			at++;
		s->network_first[bits] = at;
	}
	for (unsigned bits = 129; bits > 0; bits--)
		if (s->network_first[bits - 1] < s->network_first[bits])
			s->network_bits[s->nnetwork_bits++] = (uint8_t)(bits - 1);
	return 0;
}

int ic_tables(struct ic_set *s)
{
	uint32_t want = 64;

	while (want < s->nitems * 2u)
		want *= 2;
	s->nslots = want;
	s->filter_bits = want * 8;
	s->slots = fb_arena_calloc(&s->arena, s->nslots, sizeof *s->slots);
	s->filter = fb_arena_calloc(&s->arena, s->filter_bits / 64, sizeof *s->filter);
	if (!s->slots || !s->filter)
		return FB_ENOMEM;
	for (uint32_t i = 0; i < s->nitems; i++) {
		const struct ic_item *it = &s->items[i];
		uint64_t h = ic_hash((enum ic_type)it->type, ic_key(it));
		uint32_t mask = s->filter_bits - 1, a = (uint32_t)h & mask;
		uint32_t b = (uint32_t)(h >> 17) & mask, at = (uint32_t)(h >> 32) & (s->nslots - 1);

		s->count[it->type]++;
		/* Items of one key stand side by side; the first is found. */
		if (it->type == IC_NETWORK || (i && same_key(it, it - 1)))
			continue;
		s->filter[a / 64] |= 1ull << a % 64;
		s->filter[b / 64] |= 1ull << b % 64;
		while (s->slots[at].item)
			at = (at + 1) & (s->nslots - 1);
		s->slots[at] = (struct ic_slot){ (uint32_t)h, i + 1 };
	}
	return make_networks(s);
}

const struct ic_item *ic_find(const struct ic_set *s, enum ic_type type, struct fb_slice key)
{
	uint64_t h = ic_hash(type, key);
	uint32_t at = (uint32_t)(h >> 32) & (s->nslots - 1);

	if (!in_filter(s, h))
		return NULL;
	for (; s->slots[at].item; at = (at + 1) & (s->nslots - 1)) {
		const struct ic_item *it = &s->items[s->slots[at].item - 1];

		if (s->slots[at].hash == (uint32_t)h && it->type == type &&
		    fb_slice_eq(ic_key(it), key))
			return it;
	}
	return NULL;
}

const struct ic_item *ic_next(const struct ic_set *s, const struct ic_item *item)
{
	const struct ic_item *next = item + 1;

	return next < s->items + s->nitems && same_key(next, item) ? next : NULL;
}

void ic_networks(const struct ic_set *s, const uint8_t address[static 16],
		 void (*found)(void *user, const struct ic_item *item), void *user)
{
	uint8_t cut[16];

	memcpy(cut, address, 16);
	for (unsigned i = 0; i < s->nnetwork_bits; i++) {
		unsigned bits = s->network_bits[i];
		uint32_t low = s->network_first[bits], high = s->network_first[bits + 1];
		uint32_t end = high;

		if (bits < 128)
			cut[bits / 8] &= (uint8_t)~(0xFFu >> bits % 8);
		for (unsigned byte = bits / 8 + 1; byte < 16; byte++)
			cut[byte] = 0;
		while (low < high) {
			uint32_t mid = low + (high - low) / 2;

			if (memcmp(s->items[s->networks[mid]].address, cut, 16) < 0)
				low = mid + 1;
			else
				high = mid;
		}
		for (; low < end && memcmp(s->items[s->networks[low]].address, cut, 16) == 0; low++)
			found(user, &s->items[s->networks[low]]);
	}
}
