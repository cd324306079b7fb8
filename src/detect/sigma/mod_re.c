/* re: the values are regular expressions (PCRE), found anywhere in the field unless
 * anchored, with case; i, m, s change that. */
#include "detect/sigma/item.h"

static int re(struct sg_item *it)
{
	if (it->floating || it->anchored_start || it->anchored_end)
		return sg_item_bad(it, "re cannot follow contains, startswith or endswith");
	for (uint32_t i = 0; i < it->n; i++)
		if (it->v[i].kind == SG_C_NULL)
			return sg_item_bad(it, "null is no regular expression");
	return sg_item_type(it, SG_T_RE, "re");
}

static int flag(struct sg_item *it, uint32_t option, const char *name)
{
	if (it->type != SG_T_RE)
		return sg_item_bad(it, "%s stands behind re only", name);
	it->flags |= option;
	return 0;
}

static int insensitive(struct sg_item *it)
{
	return flag(it, PCRE2_CASELESS, "i");
}

static int multiline(struct sg_item *it)
{
	return flag(it, PCRE2_MULTILINE, "m");
}

static int dotall(struct sg_item *it)
{
	return flag(it, PCRE2_DOTALL, "s");
}

const struct sg_mod sg_mod_re = { "re", re };
const struct sg_mod sg_mod_i = { "i", insensitive };
const struct sg_mod sg_mod_m = { "m", multiline };
const struct sg_mod sg_mod_s = { "s", dotall };
