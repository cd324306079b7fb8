/* all: every value of the list has to match. */
#include "detect/sigma/item.h"

static int apply(struct sg_item *it)
{
	it->all = true;
	return 0;
}

const struct sg_mod sg_mod_all = { "all", apply };
