/* Kinds of files that are recognised and not read here: what each would answer, and what
 * to do with it meanwhile, so that nobody takes "listed" for "looked at". By the first
 * bytes; pure. */
#ifndef FB_INTAKE_KNOWN_H
#define FB_INTAKE_KNOWN_H

#include "base/slice.h"

struct fb_known {
	const char *name;      /* stable: "registry-hive" */
	const char *what;      /* for people, with its article */
	const char *answers;   /* what it could tell; NULL: it is no record of what happened */
	const char *meanwhile; /* how to have it looked at */
};

/* head: the first FB_PROBE_MAX bytes, or all there is. NULL: unknown. */
const struct fb_known *fb_known_of(struct fb_slice head);
/* Their numbers, from 0; NULL behind the last. */
const struct fb_known *fb_known_at(unsigned i);
unsigned fb_known_index(const struct fb_known *k);

#endif
