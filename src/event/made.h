/* Events made from names and values that a person wrote (to test a rule, to ask why it
 * does not match), not decoded from evidence. Everything belongs to the struct and dies
 * with the next fb_made_clear. */
#ifndef FB_EVENT_MADE_H
#define FB_EVENT_MADE_H

#include "base/arena.h"
#include "base/err.h"
#include "event/event.h"

struct fb_made {
	const struct fb_syms *syms;
	struct fb_arena arena;
	struct fb_event ev;
	struct fb_field *field;
	size_t n, cap;
	bool utf16;      /* text is stored as event logs hold it, else as UTF-8 */
	bool lane_given;
};

void fb_made_init(struct fb_made *m, const struct fb_syms *syms);
void fb_made_dispose(struct fb_made *m);
/* No fields, the lane of Windows event logs. */
void fb_made_clear(struct fb_made *m);

/* A field, its bytes copied. FB_ENOMEM. */
int fb_made_field(struct fb_made *m, struct fb_slice name, enum fb_vtype type,
		  struct fb_slice bytes);

/* "Name: value" up to the end of the line, "Name:" for empty text. EventID is a number,
 * "lane: web" says whose record it is. Instead of text: <null>, <int 5>, <negative 5>,
 * <hex 31>, <bytes 41 ff>, <long 1000 tail>, <head 1000 text>. FB_ENOMEM; any line is a field. */
int fb_made_line(struct fb_made *m, struct fb_slice line);
/* The same for a name and a value that were told apart. */
int fb_made_value(struct fb_made *m, struct fb_slice name, struct fb_slice value);

/* What a JSON line says of the event beside its fields. */
struct fb_made_note {
	bool given;
	bool yes;              /* matches are expected */
	struct fb_slice ids;   /* of these rules, separated by NUL; n == 0: of any */
};
/* One JSON object: each key a field, an array several of one name. Numbers, true, false
 * and null are what they are. "_lane": "web"; "_expect": true, false, an id or a list of
 * them. FB_EINPUT says at which byte it is wrong; FB_ENOMEM. */
int fb_made_json(struct fb_made *m, struct fb_slice line, struct fb_made_note *note,
		 struct fb_err *err);

/* The event, its shortcuts set. guess: without a given lane, one that has fields of web
 * servers and neither EventID nor Channel is a web server's record. */
const struct fb_event *fb_made_event(struct fb_made *m, bool guess);

#endif
