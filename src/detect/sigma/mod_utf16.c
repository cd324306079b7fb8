/* utf16le, wide, utf16be, utf16 (with a byte order mark): the value's characters as
 * UTF-16 bytes, for base64 behind it. */
#include "detect/sigma/item.h"

#include "base/text.h"

static void put_unit(uint16_t *cell, uint32_t *n, uint32_t unit, bool big)
{
	cell[(*n)++] = (uint16_t)(big ? unit >> 8 : unit & 0xFF);
	cell[(*n)++] = (uint16_t)(big ? unit & 0xFF : unit >> 8);
}

/* The character at cell i; moves on behind it. */
static uint32_t next_char(const struct sg_cvalue *v, uint32_t *i)
{
	uint8_t bytes[4];
	uint32_t n = 0, cp;
	int len;

	while (n < 4 && n < v->n - *i && v->cell[*i + n] < 256) {
		bytes[n] = (uint8_t)v->cell[*i + n];
		n++;
	}
	len = fb_utf8_next(fb_slice(bytes, n), &cp);
	*i += len < 0 ? 1 : (uint32_t)len;
	return cp;
}

static int encode(struct sg_item *it, bool big, bool mark)
{
	if (it->type != SG_T_TEXT)
		return sg_item_bad(it, "UTF-16 encodings are about text");
	for (uint32_t i = 0; i < it->n; i++) {
		struct sg_cvalue *v = &it->v[i];
		uint16_t *cell;
		uint32_t n = 0, k = 0;

		if (v->kind == SG_C_NULL)
			return sg_item_bad(it, "null is no text");
		v->kind = SG_C_TEXT;
		cell = sg_cells_new(it, v->n * 2 + 2);
		if (!cell)
			return FB_ENOMEM;
		if (mark)
			put_unit(cell, &n, 0xFEFF, big);
		while (k < v->n) {
			uint32_t cp;

			if (v->cell[k] > 255) {
				cell[n++] = v->cell[k++];
				continue;
			}
			cp = next_char(v, &k);
			if (cp >= 0x10000) {
				put_unit(cell, &n, 0xD800 + ((cp - 0x10000) >> 10), big);
				cp = 0xDC00 + ((cp - 0x10000) & 0x3FF);
			}
			put_unit(cell, &n, cp, big);
		}
		v->cell = cell;
		v->n = n;
	}
	return 0;
}

static int little(struct sg_item *it)
{
	return encode(it, false, false);
}

static int big(struct sg_item *it)
{
	return encode(it, true, false);
}

static int marked(struct sg_item *it)
{
	return encode(it, false, true);
}

const struct sg_mod sg_mod_utf16le = { "utf16le", little };
const struct sg_mod sg_mod_wide = { "wide", little };
const struct sg_mod sg_mod_utf16be = { "utf16be", big };
const struct sg_mod sg_mod_utf16 = { "utf16", marked };
