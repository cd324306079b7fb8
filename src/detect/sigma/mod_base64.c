/* base64: the value encoded. base64offset: the part of its encoding that is the same
 * wherever the value stands in what was encoded, for each of the three shifts. */
#include "detect/sigma/item.h"

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* Byte i of the value behind `shift` bytes that nobody knows. */
static uint32_t byte_of(const struct sg_cvalue *v, uint32_t shift, uint32_t i)
{
	return i < shift || i - shift >= v->n ? 0 : v->cell[i - shift];
}

/* Encodes shift unknown bytes and the value; returns the digits, with padding. */
static uint32_t encode(const struct sg_cvalue *v, uint32_t shift, uint16_t *out)
{
	uint32_t total = v->n + shift, n = 0;

	for (uint32_t i = 0; i < total; i += 3) {
		uint32_t left = total - i;
		uint32_t w = byte_of(v, shift, i) << 16 | byte_of(v, shift, i + 1) << 8 |
			     byte_of(v, shift, i + 2);

		out[n++] = (uint16_t)digits[w >> 18 & 63];
		out[n++] = (uint16_t)digits[w >> 12 & 63];
		out[n++] = left > 1 ? (uint16_t)digits[w >> 6 & 63] : '=';
		out[n++] = left > 2 ? (uint16_t)digits[w & 63] : '=';
	}
	return n;
}

static int check(struct sg_item *it, const char *name)
{
	if (it->type != SG_T_TEXT)
		return sg_item_bad(it, "%s is about text", name);
	for (uint32_t i = 0; i < it->n; i++) {
		if (it->v[i].kind == SG_C_NULL)
			return sg_item_bad(it, "null cannot be encoded");
		if (!sg_plain(&it->v[i]))
			return sg_item_bad(it, "%s cannot encode wildcards", name);
		it->v[i].kind = SG_C_TEXT;
	}
	return 0;
}

static int base64(struct sg_item *it)
{
	int r = check(it, "base64");

	for (uint32_t i = 0; i < it->n && r == 0; i++) {
		struct sg_cvalue *v = &it->v[i];
		uint16_t *cell = sg_cells_new(it, v->n / 3 * 4 + 4);

		if (!cell)
			return FB_ENOMEM;
		v->n = encode(v, 0, cell);
		v->cell = cell;
	}
	return r;
}

static int base64offset(struct sg_item *it)
{
	/* Digits that the unknown bytes before and behind reach into. */
	static const uint32_t head[3] = { 0, 2, 3 }, tail[3] = { 0, 3, 2 };
	struct sg_cvalue *all;
	int r = check(it, "base64offset");

	if (r)
		return r;
	if (it->n > FB_RULE_VALUES_MAX / 3)
		return sg_item_bad(it, "too many values");
	all = fb_arena_calloc(&it->c->scratch, it->n * 3u, sizeof *all);
	if (!all)
		return FB_ENOMEM;
	for (uint32_t i = 0; i < it->n; i++) {
		for (uint32_t shift = 0; shift < 3; shift++) {
			struct sg_cvalue *v = &all[i * 3 + shift];
			uint16_t *cell = sg_cells_new(it, it->v[i].n / 3 * 4 + 8);
			uint32_t n, cut = tail[(it->v[i].n + shift) % 3];

			if (!cell)
				return FB_ENOMEM;
			n = encode(&it->v[i], shift, cell);
			n = n > cut ? n - cut : 0;
			if (n <= head[shift])
				return sg_item_bad(it, "too short for base64offset");
			*v = it->v[i];
			v->cell = cell + head[shift];
			v->n = n - head[shift];
		}
	}
	it->v = all;
	it->n *= 3;
	return 0;
}

const struct sg_mod sg_mod_base64 = { "base64", base64 };
const struct sg_mod sg_mod_base64offset = { "base64offset", base64offset };
