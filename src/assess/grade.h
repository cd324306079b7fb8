/* How much a detection says about what happened, by the record that it rests on. */
#ifndef FB_ASSESS_GRADE_H
#define FB_ASSESS_GRADE_H

#include "case/case.h"

/* Weakest first. */
enum fb_grade {
	FB_GRADE_ATTEMPT = 0, /* what the remote party asked for; the outcome is not shown */
	FB_GRADE_WEAK,        /* fits, and much else that is innocent fits as well */
	FB_GRADE_STRONG,
	FB_GRADE_DIRECT,      /* the record is the act */
};
/* "attempt" … */
const char *fb_grade_word(enum fb_grade g);
/* Before anybody has judged it. */
enum fb_grade fb_grade_of(const struct fb_detection_row *d);
/* One of FB_REC_… (question/route.h). */
unsigned fb_record_of(const struct fb_detection_row *d);

#endif
