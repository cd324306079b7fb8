/* GUIDs and SIDs from their texts. */
#include "evtxw.h"

#include "base/hash.h"

bool ew_guid(const char *text, uint8_t out[static 16])
{
	static const uint8_t order[16] = { 3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15 };
	uint8_t raw[16];
	size_t n = 0, i = 0;

	if (text[0] == '{')
		i++;
	while (n < 16) {
		if (text[i] == '-') {
			i++;
			continue;
		}
		if (!text[i] || !text[i + 1] || !fb_unhex(fb_slice(text + i, 2), raw + n, 1))
			return false;
		n++;
		i += 2;
	}
	if (text[i] == '}')
		i++;
	if (text[i])
		return false;
	for (n = 0; n < 16; n++)
		out[order[n]] = raw[n];
	return true;
}

static bool number(const char **p, uint64_t *out)
{
	const char *from = *p;

	while (**p >= '0' && **p <= '9')
		(*p)++;
	return fb_slice_u64(fb_slice(from, (size_t)(*p - from)), out);
}

size_t ew_sid(const char *text, uint8_t out[static 68])
{
	uint64_t v;
	size_t subs = 0;

	if (text[0] != 'S' || text[1] != '-')
		return 0;
	text += 2;
	if (!number(&text, &v) || *text++ != '-')
		return 0;
	memset(out, 0, 68);
	out[0] = (uint8_t)v;
	if (!number(&text, &v))
		return 0;
	for (unsigned i = 0; i < 6; i++)
		out[2 + i] = (uint8_t)(v >> (40 - 8 * i));
	while (*text) {
		if (*text++ != '-' || subs == 15 || !number(&text, &v))
			return 0;
		for (unsigned i = 0; i < 4; i++)
			out[8 + 4 * subs + i] = (uint8_t)(v >> 8 * i);
		subs++;
	}
	out[1] = (uint8_t)subs;
	return 8 + 4 * subs;
}
