/* Web roots and other files around the logs. Everything that looks like an attacker's page
 * is inert: it names things that exist nowhere, so that no server could compile it. */
#ifndef FB_DEMO_FILES_H
#define FB_DEMO_FILES_H

#include "plan.h"

struct demo_page {
	const char *path; /* relative to evidence/ */
	const char *text;
	bool dropped;     /* by the intrusion; else ordinary */
	const char *shape; /* in a word, for the answer key */
};

extern const struct demo_page demo_pages[];
extern const unsigned demo_pages_count;

void files_write(struct plan *p);

#endif
