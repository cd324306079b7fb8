/* What was asked of one page of a web server, as the lines of a unit tell it: the ground
 * on which pages that somebody planted stand out (docs/formats/webshells.md). Pages are
 * counted for whatever runs on the server, not for what it merely sends.
 */
#ifndef FB_EVENT_PAGE_H
#define FB_EVENT_PAGE_H

#include "base/buf.h"
#include "base/cursor.h"
#include "base/time.h"

#define FB_PAGE_STEM_MAX 1024   /* bytes; what is longer is not told apart */
#define FB_PAGE_PLACE_MAX 256   /* of a host's or site's name */
#define FB_PAGE_CLIENT_MAX 64   /* of an address, with its zone */
#define FB_PAGE_CLIENTS 8       /* a page that more ask for belongs to everybody */
#define FB_PAGE_TIMES 8         /* requests whose time is kept, the first of each unit */

struct fb_page_client {
	struct fb_slice address;
	uint64_t requests;
};

/* One request: from when to when the server worked on it. */
struct fb_page_time {
	fb_time from, to;
};

struct fb_page {
	struct fb_slice host, site; /* as recorded; empty: the log names none */
	struct fb_slice stem;       /* UTF-8, as it was first written */
	uint64_t requests;          /* 0: it was only referred to */
	uint64_t posts;             /* of these, POST */
	uint64_t bare;              /* of these, without a referrer */
	uint64_t referred;          /* requests for other things that came from this page */
	uint64_t good, refused, failed; /* answered 2xx; 4xx; 5xx */
	uint64_t named;             /* of a user with a name */
	uint64_t sent, counted;     /* bytes; requests whose bytes were logged */
	fb_time first, last;        /* FB_TIME_NONE: none has a time */
	bool crowd;                 /* more clients than are kept: none is kept */
	unsigned nclients, ntimes;
	struct fb_page_client clients[FB_PAGE_CLIENTS];
	struct fb_page_time times[FB_PAGE_TIMES];
};

/* Is that something that a server runs? Its path, with or without what follows the
 * page's name; *n: the bytes up to the end of the page's name. */
bool fb_page_runs(struct fb_slice stem, size_t *n);

/* Appended; between the workers, and in the case. */
void fb_page_put(struct fb_buf *out, const struct fb_page *p);
/* The next one, whose texts point into c's bytes. False: it is none, or lies: text that is no
 * UTF-8, counts that cannot be. */
bool fb_page_get(struct fb_cur *c, struct fb_page *out);

#endif
