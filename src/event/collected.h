/* What a collector wrote down about its own work, one statement at a time: what it was
 * asked for, what it copied, what it could not. Made by intake/collected.h in a confined
 * process, kept by the case. */
#ifndef FB_EVENT_COLLECTED_H
#define FB_EVENT_COLLECTED_H

#include "base/hash.h"
#include "base/time.h"

enum fb_statement {
	FB_SAID_NONE = 0,
	FB_SAID_HOST,     /* text: its name */
	FB_SAID_STARTED,  /* time */
	FB_SAID_ENDED,    /* time */
	FB_SAID_ASKED,    /* text: a target, an artifact, a command line */
	FB_SAID_COPIED,   /* path and place; time: when */
	FB_SAID_HASHED,   /* place, with its hash; nothing says that it was copied */
	FB_SAID_FAILED,   /* path, if any; text: why */
	FB_SAID_SKIPPED,  /* path; text: why */
	FB_SAID_CHOSEN,   /* Sysmon's configuration; path: "recorded", "filtered", "open"; text: classes (event/chosen.h) */
	FB_SAID_SITES,    /* a web server's configuration; path: "application-host", text: how many sites follow; "redirection", text: "own", "elsewhere" */
	FB_SAID_SITE,     /* path: its name; place: where it logs, empty: the default; text: its id, and words of event/sites.h */
	FB_SAID_COUNT
};

enum fb_sum { FB_SUM_NONE = 0, FB_SUM_MD5, FB_SUM_SHA1, FB_SUM_SHA256, FB_SUM_COUNT };

struct fb_collected {
	enum fb_statement what;
	struct fb_slice path;  /* on the host, as the collector spells it */
	struct fb_slice place; /* in the collection, or on the collector's disk; "/" between */
	struct fb_slice text;
	fb_time time;
	uint64_t size;         /* UINT64_MAX: not said */
	enum fb_sum sum;
	uint8_t hash[FB_SHA256]; /* fb_sum_size(sum) bytes of it */
};

/* The stable word ("copied"); parse: NONE when it is none. */
const char *fb_statement_word(enum fb_statement what);
enum fb_statement fb_statement_parse(struct fb_slice word);
/* "md5"; bytes of it, 0 for NONE. */
const char *fb_sum_word(enum fb_sum sum);
size_t fb_sum_size(enum fb_sum sum);

#endif
