/* fieldref: the values are names of fields whose values are compared with. */
#include "detect/sigma/item.h"

static int apply(struct sg_item *it)
{
	if (!it->field.n)
		return sg_item_bad(it, "fieldref needs a field");
	for (uint32_t i = 0; i < it->n; i++)
		if (it->v[i].kind == SG_C_NULL || it->v[i].raw.n == 0)
			return sg_item_bad(it, "fieldref needs the name of a field");
	return sg_item_type(it, SG_T_REF, "fieldref");
}

const struct sg_mod sg_mod_fieldref = { "fieldref", apply };
