/* Whose words the fields of web logs are: what the other side chose, and what the server
 * knows itself. A statement that rests on a field of the other side rests on what an
 * attacker wished to be read. docs/formats/web-fields.md has the same table.
 */
#ifndef FB_EVENT_AUTHOR_H
#define FB_EVENT_AUTHOR_H

#include "base/slice.h"

enum fb_author {
	FB_AUTHOR_UNKNOWN = 0, /* not in the table: take it as the other side's */
	FB_AUTHOR_SERVER,      /* its clock, its counters, its names, its answer */
	FB_AUTHOR_NETWORK,     /* address and port of the connection: the other side's, but it must
				  be reachable there */
	FB_AUTHOR_CHECKED,     /* the other side's, held against something by the server: a name
				  that authenticated */
	FB_AUTHOR_CLIENT,      /* anything: whoever sent the request wrote it */
};

struct fb_authored {
	const char *field; /* the taxonomy's name */
	enum fb_author author;
	const char *why;
};

/* By field; NULL ends. */
extern const struct fb_authored fb_authors[];

/* Without regard to case. "cs(X)" and "X-…" are headers of a request; "rs(X)", of a proxy, those
 * of the server that was asked: the other side, too. */
enum fb_author fb_author_of(struct fb_slice field);
/* "server", "network", "checked", "client", "unknown" */
const char *fb_author_word(enum fb_author author);

#endif
