#include "intake/recognise.h"

#define GZIP_RESERVED_FLAGS 0xE0

#define CERTAIN 100

const struct fb_format *fb_recognise(const struct fb_format *const *formats,
				     struct fb_slice head, bool whole)
{
	const struct fb_format *best = NULL;
	bool several = false;
	int surest = 0;

	whole = whole && head.n <= FB_PROBE_MAX;
	head = fb_slice_sub(head, 0, FB_PROBE_MAX);
	for (; *formats; formats++) {
		int sure = fb_format_probe(*formats, head, whole);

		/* None is surer, and of equals the first counts. */
		if (sure == CERTAIN && (*formats)->lane != FB_LANE_OTHER)
			return *formats;
		if (sure > surest) {
			surest = sure;
			best = *formats;
			several = false;
		} else if (best && sure == surest && best->lane == FB_LANE_OTHER) {
			several = true;
		}
	}
	return several ? NULL : best;
}

bool fb_is_gzip(struct fb_slice head)
{
	return head.n >= 4 && head.p[0] == 0x1f && head.p[1] == 0x8b && head.p[2] == 8 &&
	       (head.p[3] & GZIP_RESERVED_FLAGS) == 0;
}
