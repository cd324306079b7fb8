/* Lists that a person can read as a whole: of kinds of records that are few, all there are at a place in the window. No match is
 * no event; who read them all says more, and the sentence of "not observed" names it (docs/answers.md, B5). It changes no answer.
 */
#ifndef FB_ASSESS_LISTS_H
#define FB_ASSESS_LISTS_H

#include "assess/question/question.h"

struct fb_list_kind {
	const char *word;  /* in ids: "service" of "service@SP01" */
	const char *says;  /* "new services" */
	struct {
		enum fb_question question;
		const char *route;
	} bears[4];        /* the answers that they are about; route NULL ends */
};
enum fb_list { FB_LIST_WEB_CHILD = 0, FB_LIST_SERVICE, FB_LIST_TASK, FB_LIST_DESTINATION, FB_LISTS };
extern const struct fb_list_kind fb_list_kinds[FB_LISTS];
/* Is the answer, of a route or of a whole question, one of those? */
bool fb_list_bears(enum fb_list kind, const struct fb_answer *a);

/* A list that somebody read and accepted, of the evidence and the window as they are now. */
struct fb_list_read {
	enum fb_list kind;
	const char *place, *by;
	uint64_t entries;
};

#endif
