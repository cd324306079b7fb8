/* What was asked of each page of each web server, over the whole case: the rows of the
 * units (event/page.h) added up, each copy of a source once. */
#ifndef FB_ASSESS_PAGES_H
#define FB_ASSESS_PAGES_H

#include "assess/internal.h"
#include "event/page.h"

/* Times of requests, in the order of the evidence. */
struct assess_times {
	struct assess_times *next;
	unsigned n;
	struct fb_page_time v[FB_PAGE_TIMES];
};

struct assess_page {
	uint32_t host;  /* index of assess_pages.hosts */
	struct fb_slice stem; /* in p.stem folded; p.host is the attributed host's name */
	struct fb_page p;     /* sums; its times are not used */
	struct assess_times *times, *times_end;
	unsigned ntimes;
	/* webshells.c */
	unsigned score;
	uint32_t suspect; /* index + 1 */
};

struct assess_web_host {
	struct fb_slice name;
	int64_t att;
	fb_time first, last; /* of its web logs */
	/* webshells.c */
	unsigned moments;    /* in which its servers did something that stood out */
	fb_time moment;      /* the last of them */
};

struct assess_pages {
	struct assess_page *v; /* by host, site and folded stem */
	uint32_t n;
	uint64_t beyond; /* rows of pages beyond the limit */
	struct assess_web_host *hosts; /* those with web logs, by name */
	uint32_t nhosts;
};

/* In a's arena. After assess_recorded. */
int assess_pages_load(struct assess *a, struct assess_pages *out, struct fb_err *err);

#endif
