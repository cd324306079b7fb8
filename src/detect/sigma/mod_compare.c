/* lt, lte, gt, gte: the field is a number below or above the value. */
#include "detect/sigma/item.h"

static int compare(struct sg_item *it, enum sg_cmp cmp, const char *name)
{
	struct sg_number number;

	if (!it->field.n)
		return sg_item_bad(it, "%s needs a field", name);
	for (uint32_t i = 0; i < it->n; i++)
		if (!sg_number(it->v[i].raw, &number))
			return sg_item_bad(it, "%s needs a number", name);
	if (it->cmp != SG_EQ)
		return sg_item_bad(it, "one comparison at a time");
	it->cmp = cmp;
	if (it->type == SG_T_CMP)
		return 0; /* a part of a time */
	return sg_item_type(it, SG_T_CMP, name);
}

static int lt(struct sg_item *it)
{
	return compare(it, SG_LT, "lt");
}

static int lte(struct sg_item *it)
{
	return compare(it, SG_LE, "lte");
}

static int gt(struct sg_item *it)
{
	return compare(it, SG_GT, "gt");
}

static int gte(struct sg_item *it)
{
	return compare(it, SG_GE, "gte");
}

const struct sg_mod sg_mod_lt = { "lt", lt };
const struct sg_mod sg_mod_lte = { "lte", lte };
const struct sg_mod sg_mod_gt = { "gt", gt };
const struct sg_mod sg_mod_gte = { "gte", gte };
