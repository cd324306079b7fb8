/* Several sets of rules as one. */
#include "event/rules.h"

uint32_t fb_rulesets_count(const struct fb_ruleset *const *sets)
{
	uint32_t n = 0;

	for (; *sets; sets++)
		n += (*sets)->nrules;
	return n;
}

const struct fb_rule_info *fb_rulesets_rule(const struct fb_ruleset *const *sets, uint32_t number,
					    const struct fb_ruleset **set)
{
	for (; *sets; sets++) {
		if (number < (*sets)->nrules) {
			if (set)
				*set = *sets;
			return &(*sets)->rules[number];
		}
		number -= (*sets)->nrules;
	}
	return NULL;
}

void fb_rulesets_hash(const struct fb_ruleset *const *sets, uint8_t out[static FB_SHA256])
{
	uint8_t all[FB_RULESETS_MAX * FB_SHA256];
	size_t n = 0;

	for (; sets[n] && n < FB_RULESETS_MAX; n++)
		memcpy(all + n * FB_SHA256, sets[n]->hash, FB_SHA256);
	if (n == 1)
		memcpy(out, all, FB_SHA256);
	else
		fb_sha256_of(fb_slice(all, n * FB_SHA256), out);
}
