/* What the terminal and the report tell of steps in the same way. */
#ifndef FB_SHOW_STEP_H
#define FB_SHOW_STEP_H

#include "case/steps.h"

/* "SP01": its host's name up to the first dot; an address whole. */
struct fb_slice fb_step_host(const struct fb_step *s);
/* Is step i the second record of one start, which tells nothing new? */
bool fb_step_is_twin(const struct fb_steps *s, size_t i);
/* Has the activity anything in common with another one? */
bool fb_steps_edge(const struct fb_steps *s, uint32_t activity);

#endif
