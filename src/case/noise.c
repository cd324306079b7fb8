#include "case/noise.h"

#include <strings.h>

const char *fb_noise_word(enum fb_noise is)
{
	static const char *const words[FB_NOISE_COUNT] = { "none", "noisy", "excluded" };

	return words[is < FB_NOISE_COUNT ? is : FB_NOISE_NONE];
}

const struct fb_noise_entry *fb_noise_next(const struct fb_noise_entry *v, uint32_t n,
					   const char *rule, uint32_t *at)
{
	while (*at < n)
		if (strcasecmp(v[(*at)++].rule, rule) == 0)
			return &v[*at - 1];
	return NULL;
}

bool fb_noise_folds(const struct fb_noise_entry *noise, const uint64_t mark[static FB_MARK_COUNT])
{
	return noise && !mark[FB_MARK_MALICIOUS] && !mark[FB_MARK_UNKNOWN] && !mark[FB_MARK_CONFLICT];
}
