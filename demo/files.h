/* Web roots and other files around the logs. Everything that looks like an attacker's page
 * is inert: it names things that exist nowhere, so that no server could compile it. */
#ifndef FB_DEMO_FILES_H
#define FB_DEMO_FILES_H

#include "plan.h"

struct demo_page {
	const char *path; /* relative to evidence/ */
	const char *text;
	bool dropped;     /* by the intrusion, as `leaf`; else ordinary */
	enum leaf leaf;
	const char *shape; /* in a word, for the answer key */
};

extern const struct demo_page demo_pages[];
extern const unsigned demo_pages_count;

enum host_id demo_page_host(unsigned i);
/* Whether it is in the evidence, and where. */
bool demo_page_there(const struct plan *p, unsigned i);
const char *demo_page_path(struct plan *p, unsigned i);

void files_write(struct plan *p);

#endif
