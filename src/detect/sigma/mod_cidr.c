/* cidr: the values are networks, IPv4 or IPv6. */
#include "detect/sigma/item.h"

static int apply(struct sg_item *it)
{
	if (!it->field.n)
		return sg_item_bad(it, "cidr needs a field");
	return sg_item_type(it, SG_T_CIDR, "cidr");
}

const struct sg_mod sg_mod_cidr = { "cidr", apply };
