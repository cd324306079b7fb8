/* What the page of the terminal and the report say of answers in the same words. */
#ifndef FB_SHOW_ANSWER_H
#define FB_SHOW_ANSWER_H

#include "assess/question/question.h"
#include "base/buf.h"

/* The shape beside an assessment's word: a character. */
const char *fb_answer_mark(enum fb_assessment a);
/* What narrows all answers: no roster, places that lack, detections, rules and records left out.
 * Sentences, appended; nothing where nothing does. */
void fb_answers_scope(struct fb_buf *out, const struct fb_answers *a);
/* "at least 315 MB, at most unbounded": both ends, never one alone; appended. */
struct fb_exposure;
void fb_exposure_says(struct fb_buf *out, const struct fb_exposure *x);

#endif
