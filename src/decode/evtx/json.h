/* A record as a tree, between json.c, which makes it, and jsontext.c, which writes it. */
#ifndef FB_DECODE_EVTX_JSON_H
#define FB_DECODE_EVTX_JSON_H

#include "base/arena.h"
#include "event/event.h"

/* A piece of an element's or attribute's text. */
struct evtx_piece {
	struct evtx_piece *next;
	struct fb_field f;
};

/* An element, an attribute, or what holds the elements at the top. */
struct evtx_node {
	struct evtx_node *next;
	struct evtx_node *child, **child_end;
	struct evtx_node *attr, **attr_end;
	struct evtx_piece *text, **text_end;
	struct fb_slice name; /* UTF-8 */
};

/* All nodes below top as members of one object, and what flags (enum fb_event_flags) say
 * of the record. scratch: empty; of one value. Returns out's code or FB_ENOMEM. */
int evtx_json_write(const struct evtx_node *top, uint8_t flags, struct fb_arena *arena,
		    struct fb_buf *scratch, struct fb_buf *out);

#endif
