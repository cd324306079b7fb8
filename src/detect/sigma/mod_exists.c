/* exists: the field is there (true) or not (false), whatever its value. */
#include "detect/sigma/item.h"

static int apply(struct sg_item *it)
{
	if (!it->field.n)
		return sg_item_bad(it, "exists needs a field");
	if (it->n != 1 || !(fb_slice_ieq(it->v[0].raw, FB_LIT("true")) ||
			    fb_slice_ieq(it->v[0].raw, FB_LIT("false"))))
		return sg_item_bad(it, "exists takes one value, true or false");
	return sg_item_type(it, SG_T_EXISTS, "exists");
}

const struct sg_mod sg_mod_exists = { "exists", apply };
