/* What a web server's configuration says of the logs of its sites: for each site why requests to it may be in no log.
 * The words stand in the case (docs/formats/collections.md); intake/iis.h makes them, assess/coverage judges by them. */
#ifndef FB_EVENT_SITES_H
#define FB_EVENT_SITES_H

#include "base/slice.h"

/* Bits; none: every request is logged as W3C, in a file of the site's own. */
enum fb_site_lack {
	FB_SITE_OFF = 1u << 0,        /* logging is off */
	FB_SITE_FORMAT = 1u << 1,     /* another format than W3C */
	FB_SITE_NO_FILE = 1u << 2,    /* to ETW alone */
	FB_SITE_TOGETHER = 1u << 3,   /* all sites in one log */
	FB_SITE_DONT_LOG = 1u << 4,   /* httpLogging dontLog, of some of its paths at least */
	FB_SITE_SELECTIVE = 1u << 5,  /* successes or errors alone */
	FB_SITE_ITSELF = 1u << 6,     /* its web.config may switch it off */
	FB_SITE_MODULE = 1u << 7,     /* the module that logs is not there */
	FB_SITE_PROTOCOL = 1u << 8,   /* also reached by a protocol that has no such log */
};
#define FB_SITE_LACKS 9

/* "dont-log": stable; "dontLog": for people. i: the bit's number. */
const char *fb_site_lack_word(unsigned i);
const char *fb_site_lack_says(unsigned i);
/* 0: it is none. */
unsigned fb_site_lack_of(struct fb_slice word);

#endif
