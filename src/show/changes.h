/* Answers that have turned, for people and for machines. */
#ifndef FB_SHOW_CHANGES_H
#define FB_SHOW_CHANGES_H

#include "assess/question/question.h"
#include "base/json.h"
#include "show/term.h"

struct fb_change_side { /* an answer as it was */
	const char *question, *place, *route, *assessment;
	const char *refs; /* what it rested on, a line each */
};
/* was: NULL: there was none. */
void fb_change_write(struct fb_out *o, const struct fb_answer *a, const struct fb_change_side *was);
void fb_json_change(struct fb_json *j, const struct fb_answer *a, const struct fb_change_side *was);

#endif
