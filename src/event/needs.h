/* What a rule needs to be recorded before it can match anything: the places where it
 * looks, as text that the case keeps. A line a place, its parts behind tabs:
 *
 *   lane ("evtx", "web"), channel, provider (empty: any), event ids ("1,3", empty: any),
 *   fields that must have a value ("cs-referer cs-uri-query|c-uri": a blank between, any
 *   of several names is enough)
 *
 * Field names are as the evidence has them, without blanks.
 */
#ifndef FB_EVENT_NEEDS_H
#define FB_EVENT_NEEDS_H

#include "event/event.h"

struct fb_need {
	enum fb_lane lane;
	struct fb_slice channel, provider;
	struct fb_slice ids, fields; /* lists as above */
};

/* Takes the next place off *list; false: none, or it is no list of places. */
bool fb_need_next(struct fb_slice *list, struct fb_need *out);
/* Is the event id among these? */
bool fb_need_id(struct fb_slice ids, uint32_t event_id);
/* Takes the next part that ends with `end` (or with the text) off *list. */
bool fb_need_part(struct fb_slice *list, char end, struct fb_slice *out);
/* "evtx", "web" */
const char *fb_lane_word(enum fb_lane lane);

/* Is this field among the columns of a web log? Both as anybody writes them:
 * "cs(Referer)" is "cs-referer" is "Referer"; a stem makes a c-uri. */
bool fb_need_column(struct fb_slice columns, struct fb_slice field);

#endif
