/* cased: values are compared with their case. */
#include "detect/sigma/item.h"

static int apply(struct sg_item *it)
{
	it->cased = true;
	return 0;
}

const struct sg_mod sg_mod_cased = { "cased", apply };
