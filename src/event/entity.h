/* Entities: what events and detections share. A table, as data, says which field
 * names which kind of entity. */
#ifndef FB_EVENT_ENTITY_H
#define FB_EVENT_ENTITY_H

#include "event/event.h"

enum fb_entity_type {
	FB_ENTITY_ADDRESS = 1, /* IP address */
	FB_ENTITY_ACCOUNT,
	FB_ENTITY_SESSION,     /* logon id */
	FB_ENTITY_HOST,
	FB_ENTITY_PROCESS,     /* image path */
	FB_ENTITY_FILE,
	FB_ENTITY_HASH,
	FB_ENTITY_URL,
	FB_ENTITY_DOMAIN,
	FB_ENTITY_AGENT,       /* user agent */
	FB_ENTITY_SERVICE,
	FB_ENTITY_TYPES
};
/* "address", "account" … */
const char *fb_entity_word(enum fb_entity_type type);

/* Calls add for each entity that the event names, in the order of its fields,
 * without repeats, at most FB_ENTITIES_MAX; value is valid UTF-8 of at most
 * FB_ENTITY_VALUE_MAX bytes, and dies when add returns. Returns 0, add's non-zero
 * return, or FB_ENOMEM. */
int fb_entities(const struct fb_event *ev,
		int (*add)(void *user, enum fb_entity_type type, struct fb_slice value),
		void *user);

/* Appends one as detections carry them (result.h): its end where it is longer than
 * FB_ENTITY_VALUE_MAX, since names end in what tells them apart. */
void fb_entity_put(struct fb_buf *out, enum fb_entity_type type, struct fb_slice value);

#endif
