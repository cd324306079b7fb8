/* neq: the field is different from the values: the negation of what the item says
 * without it. */
#include "detect/sigma/item.h"

static int apply(struct sg_item *it)
{
	it->neq = true;
	return 0;
}

const struct sg_mod sg_mod_neq = { "neq", apply };
