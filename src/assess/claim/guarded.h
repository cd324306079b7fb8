/* Of what was opened, files that are protected one by one: who copied them needs a key besides. They are counted apart, and
 * lower no number.
 */
#ifndef FB_ASSESS_GUARDED_H
#define FB_ASSESS_GUARDED_H

#include "assess/claim/listing.h"
#include "case/steps.h"

struct fb_guarded {
	const char *place;     /* as the list's statement names it */
	fb_time as_of;         /* when the list was made */
	uint64_t sure, all;    /* opened files that the list says are so, by sure steps; perhaps, too */
	uint64_t reached;      /* of all: the key lies where somebody acted for sure, or was opened by them */
};
/* l: a list of place that was read to its end. FB_ENOMEM. */
int fb_guarded_count(const struct fb_steps *steps, const char *place, struct fb_file_list *l, struct fb_guarded *out);

#endif
