/* The answers, for people and for machines (docs/formats/status.md). */
#ifndef FB_SHOW_STATUS_H
#define FB_SHOW_STATUS_H

#include "assess/question/question.h"
#include "base/json.h"
#include "show/term.h"
#include "show/zone.h"

struct fb_status_view {
	const char *dir;        /* the case, for commands that are named */
	const struct fb_zone *zone;
	const char *question;   /* NULL: all, a line each; else that one, opened */
	const char *place;      /* glob; NULL: all */
};
/* The page for the person who must decide: a line a question, what was not visible, what
 * could be done next. */
int fb_status_write(struct fb_out *o, const struct fb_answers *a, const struct fb_status_view *view);

bool fb_status_wanted(const struct fb_answer *a, const struct fb_status_view *v);

/* One answer, all of it; and the keys of what they are all about. */
void fb_json_answer(struct fb_json *j, const struct fb_answer *a, const struct fb_answers *all);
void fb_json_answers(struct fb_json *j, const struct fb_answers *a);

#endif
