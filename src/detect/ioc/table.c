/* Looking indicators up: a filter of bits that mostly says no, then a hash table. */
#include "detect/ioc/set.h"

#include <string.h>

uint64_t ic_hash(enum ic_type type, struct fb_slice text)
{
	uint64_t h = 0x9E3779B97F4A7C15u * ((uint64_t)type + 1) + text.n;
	uint64_t tail = 0;
	size_t i = 0;

	for (; text.n - i >= 8; i += 8) {
		h = (h ^ fb_le64(text.p + i)) * 0xD6E8FEB86659FD93u;
		h ^= h >> 32;
	}
	if (text.n >= 8) {
		if (i < text.n)
			tail = fb_le64(text.p + text.n - 8) >> 8 * (8 - (text.n - i));
	} else {
		for (unsigned n = 0; i < text.n; i++)
			tail |= (uint64_t)text.p[i] << (8 * n++);
	}
	h = (h ^ tail) * 0xD6E8FEB86659FD93u;
	h ^= h >> 29;
	h *= 0xFF51AFD7ED558CCDu;
	return h ^ h >> 32;
}

struct fb_slice ic_key(const struct ic_item *item)
{
	return item->type == IC_ADDRESS ? fb_slice(item->address, 16)
	     : item->type == IC_NETWORK ? fb_slice(item->address, 17)
					: fb_slice(item->text, item->length);
}

/* ---- the filter: two bits of one word for each key ---- */

static uint64_t filter_bits(uint64_t h)
{
	return 1ull << (h & 63) | 1ull << (h >> 6 & 63);
}

static uint64_t *filter_word(const struct ic_set *s, uint64_t h)
{
	return &s->filter[h >> 40 & (s->nfilter - 1)];
}

static bool in_filter(const struct ic_set *s, uint64_t h)
{
	return (~*filter_word(s, h) & filter_bits(h)) == 0;
}

static uint32_t slot_of(const struct ic_set *s, uint64_t h)
{
	return (uint32_t)(h >> 32) & (s->nslots - 1);
}

bool ic_maybe(const struct ic_set *s, enum ic_type type, struct fb_slice key)
{
	return in_filter(s, ic_hash(type, key));
}

struct fb_slice ic_domain_end(struct fb_slice domain)
{
	unsigned dots = 0;

	for (size_t i = domain.n; i > 0; i--)
		if (domain.p[i - 1] == '.' && ++dots == 2)
			return fb_slice_sub(domain, i, domain.n);
	return domain;
}

struct fb_slice ic_file_end(struct fb_slice path)
{
	const uint8_t *slash = path.n ? memrchr(path.p, '/', path.n) : NULL;

	return slash ? fb_slice_sub(path, (size_t)(slash - path.p) + 1, path.n) : path;
}

/* ---- making them ---- */

static void add_to_filter(struct ic_set *s, uint64_t h)
{
	*filter_word(s, h) |= filter_bits(h);
}

static bool v4_mapped(const uint8_t address[static 16])
{
	static const uint8_t prefix[12] = { [10] = 0xFF, [11] = 0xFF };

	return memcmp(address, prefix, sizeof prefix) == 0;
}

static void cover(struct ic_set *s, const struct ic_item *it)
{
	unsigned first = (unsigned)it->address[12] << 8 | it->address[13], bits = it->address[16], n;

	if (bits < 96 || !v4_mapped(it->address))
		return;
	n = bits >= 112 ? 1 : 1u << (112 - bits);
	for (unsigned i = first; i < first + n && i < 65536; i++)
		s->v4_first[i / 64] |= 1ull << i % 64;
}

/* Which of two that are one is kept: the same whatever their order. */
static bool before(const struct ic_item *a, const struct ic_item *b)
{
	int d = strcmp(a->note, b->note);

	d = d ? d : a->until < b->until ? -1 : a->until > b->until;
	return (d ? d : strcmp(a->text, b->text)) < 0;
}

/* Is the same value in the same list already, and of one level? Then they are one. Those of
 * one list were added one after the other, so that they are at the front of the chain. */
static bool united(struct ic_set *s, uint32_t first, const struct ic_item *it)
{
	for (uint32_t at = first; at; at = s->items[at - 1].next) {
		struct ic_item *old = &s->items[at - 1];
		uint32_t next = old->next;

		if (old->rule == it->rule) {
			if (before(it, old)) {
				*old = *it;
				old->next = next;
			}
			return true;
		}
		if (s->set.rules[old->rule].path != s->set.rules[it->rule].path)
			break;
	}
	return false;
}

/* Moves the item down to place n, unless it is one with another. */
static uint32_t insert(struct ic_set *s, struct ic_item it, uint64_t h, uint32_t n)
{
	uint32_t at = slot_of(s, h), first = 0;

	for (; s->slots[at].item; at = (at + 1) & (s->nslots - 1)) {
		const struct ic_item *there = &s->items[s->slots[at].item - 1];

		if (s->slots[at].hash == (uint32_t)h && there->type == it.type &&
		    fb_slice_eq(ic_key(there), ic_key(&it))) {
			first = s->slots[at].item;
			break;
		}
	}
	if (united(s, first, &it))
		return n;
	it.next = first;
	s->items[n] = it;
	s->slots[at] = (struct ic_slot){ (uint32_t)h, n + 1 };
	s->count[it.type]++;
	add_to_filter(s, h);
	if (it.type == IC_DOMAIN)
		add_to_filter(s, ic_hash(IC_DOMAIN_END, ic_domain_end(ic_key(&it))));
	if (it.type == IC_FILE)
		add_to_filter(s, ic_hash(IC_FILE_END, ic_file_end(ic_key(&it))));
	if (it.type == IC_NETWORK)
		cover(s, &it);
	return n + 1;
}

#define BATCH 32

int ic_tables(struct ic_set *s)
{
	bool bits[129] = { false };
	uint64_t h[BATCH];
	uint32_t n = 0;

	s->nslots = 64;
	while (s->nslots < s->nitems * 2u)
		s->nslots *= 2;
	s->nfilter = s->nslots / 8;
	s->slots = fb_arena_calloc(&s->arena, s->nslots, sizeof *s->slots);
	s->filter = fb_arena_calloc(&s->arena, s->nfilter, sizeof *s->filter);
	if (!s->slots || !s->filter)
		return FB_ENOMEM;
	/* Places far apart: asked for while others are worked on. */
	for (uint32_t i = 0; i < s->nitems; i += BATCH) {
		uint32_t m = s->nitems - i < BATCH ? s->nitems - i : BATCH;

		for (uint32_t k = 0; k < m; k++) {
			const struct ic_item *it = &s->items[i + k];

			h[k] = ic_hash((enum ic_type)it->type, ic_key(it));
			__builtin_prefetch(&s->slots[slot_of(s, h[k])], 1);
			__builtin_prefetch(filter_word(s, h[k]), 1);
			if (it->type == IC_NETWORK)
				bits[it->address[16]] = true;
		}
		for (uint32_t k = 0; k < m; k++)
			n = insert(s, s->items[i + k], h[k], n);
	}
	s->nitems = n;
	for (unsigned b = 129; b > 0; b--)
		if (bits[b - 1])
			s->network_bits[s->nnetwork_bits++] = (uint8_t)(b - 1);
	return 0;
}

/* ---- looking up ---- */

const struct ic_item *ic_find(const struct ic_set *s, enum ic_type type, struct fb_slice key)
{
	uint64_t h = ic_hash(type, key);

	if (!in_filter(s, h))
		return NULL;
	for (uint32_t at = slot_of(s, h); s->slots[at].item; at = (at + 1) & (s->nslots - 1)) {
		const struct ic_item *it = &s->items[s->slots[at].item - 1];

		if (s->slots[at].hash == (uint32_t)h && it->type == type &&
		    fb_slice_eq(ic_key(it), key))
			return it;
	}
	return NULL;
}

const struct ic_item *ic_next(const struct ic_set *s, const struct ic_item *item)
{
	return item->next ? &s->items[item->next - 1] : NULL;
}

void ic_networks(const struct ic_set *s, const uint8_t address[static 16],
		 void (*found)(void *user, const struct ic_item *item), void *user)
{
	unsigned first = (unsigned)address[12] << 8 | address[13];
	bool skip = v4_mapped(address) && !(s->v4_first[first / 64] >> first % 64 & 1);
	uint8_t key[17];

	memcpy(key, address, 16);
	for (unsigned i = 0; i < s->nnetwork_bits; i++) {
		unsigned bits = s->network_bits[i];

		if (skip && bits >= 96)
			continue;
		if (bits < 128)
			key[bits / 8] &= (uint8_t)~(0xFFu >> bits % 8);
		for (unsigned byte = bits / 8 + 1; byte < 16; byte++)
			key[byte] = 0;
		key[16] = (uint8_t)bits;
		for (const struct ic_item *it = ic_find(s, IC_NETWORK, fb_slice(key, 17)); it;
		     it = ic_next(s, it))
			found(user, it);
	}
}
