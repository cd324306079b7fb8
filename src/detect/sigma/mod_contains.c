/* contains, startswith, endswith: stars around, behind and before the values. */
#include "detect/sigma/item.h"

static int stars(struct sg_item *it, bool before, bool behind)
{
	if (it->type == SG_T_REF)
		return 0; /* said to fieldref by the flags */
	if (it->type != SG_T_TEXT)
		return sg_item_bad(it, "contains, startswith and endswith are about text");
	for (uint32_t i = 0; i < it->n; i++) {
		struct sg_cvalue *v = &it->v[i];
		uint16_t *cell;
		uint32_t n = 0;

		if (v->kind == SG_C_NULL)
			return sg_item_bad(it, "null is no text; ask for it in an item of its own");
		v->kind = SG_C_TEXT;
		cell = sg_cells_new(it, v->n + 2);
		if (!cell)
			return FB_ENOMEM;
		if (before)
			cell[n++] = SG_STAR;
		if (v->n)
			memcpy(cell + n, v->cell, v->n * sizeof *cell);
		n += v->n;
		if (behind)
			cell[n++] = SG_STAR;
		v->cell = cell;
		v->n = n;
	}
	return 0;
}

static int contains(struct sg_item *it)
{
	it->floating = true;
	return stars(it, true, true);
}

static int startswith(struct sg_item *it)
{
	it->anchored_start = true;
	return stars(it, false, true);
}

static int endswith(struct sg_item *it)
{
	it->anchored_end = true;
	return stars(it, true, false);
}

const struct sg_mod sg_mod_contains = { "contains", contains };
const struct sg_mod sg_mod_startswith = { "startswith", startswith };
const struct sg_mod sg_mod_endswith = { "endswith", endswith };
