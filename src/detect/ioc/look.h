/* Looking for indicators in one text: what match.c and look.c share. */
#ifndef FB_DETECT_IOC_LOOK_H
#define FB_DETECT_IOC_LOOK_H

#include "base/limits.h"
#include "detect/ioc/set.h"

struct ic_found {
	const struct ic_item *item;
	struct fb_slice field; /* name; n == 0: unknown */
	uint32_t sub;
};

struct ic_seen;

struct ic_state {
	const struct ic_set *s;
	struct ic_seen *seen;
	bool addresses; /* there are any, or networks */
	bool any;       /* something was found since this was cleared */
	struct fb_buf text, note;
	struct ic_found found[FB_INDICATOR_HITS_MAX];
	uint32_t nfound;
	uint32_t lost;
	fb_time time;  /* of the event */
	struct fb_slice field; /* in which is looked */
};

/* Before the first look in a process. */
void ic_look_prepare(void);
/* Adds the items with this key. False: there are none. */
bool ic_look(struct ic_state *st, enum ic_type type, struct fb_slice key);
/* The name, and every path that ends so: "temp/x.exe" of "c:/windows/temp/x.exe". Both
 * separators count. path is folded, and ends with the name. */
void ic_look_file(struct ic_state *st, struct fb_slice path);
/* Everything that stands alone in a folded text. */
void ic_look_text(struct ic_state *st, struct fb_slice text);

#endif
