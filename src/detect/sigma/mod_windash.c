/* windash: "-", "/", en dash, em dash and horizontal bar stand for one another. A
 * cell that takes any of them says the same as all permutations written out. */
#include "detect/sigma/item.h"

static int apply(struct sg_item *it)
{
	if (it->type != SG_T_TEXT)
		return sg_item_bad(it, "windash is about text");
	for (uint32_t i = 0; i < it->n; i++) {
		struct sg_cvalue *v = &it->v[i];
		uint32_t n = 0;

		if (v->kind != SG_C_TEXT)
			continue;
		for (uint32_t k = 0; k < v->n; k++) {
			uint16_t c = v->cell[k];

			if (c == '-' || c == '/') {
				v->cell[n++] = SG_DASH;
			} else if (c == 0xE2 && v->n - k >= 3 && v->cell[k + 1] == 0x80 &&
				   v->cell[k + 2] >= 0x93 && v->cell[k + 2] <= 0x95) {
				v->cell[n++] = SG_DASH;
				k += 2;
			} else {
				v->cell[n++] = c;
			}
		}
		v->n = n;
	}
	return 0;
}

const struct sg_mod sg_mod_windash = { "windash", apply };
