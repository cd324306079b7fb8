/* The pages of a unit of web logs, counted by the matcher beside the rules
 * (event/page.h). It sees every request: one whose page nobody runs costs a look at the
 * end of its name.
 */
#ifndef FB_ENGINE_PAGES_H
#define FB_ENGINE_PAGES_H

#include "base/buf.h"
#include "event/event.h"

struct fb_pages;

/* A matcher's is made before the confinement and ends with the process. NULL: no memory. */
struct fb_pages *fb_pages_new(void);
void fb_pages_free(struct fb_pages *p);
/* A unit, or a piece of one, begins. */
void fb_pages_begin(struct fb_pages *p);
void fb_pages_event(struct fb_pages *p, const struct fb_event *ev);
/* Requests for pages beyond what is kept of a unit. */
uint64_t fb_pages_beyond(const struct fb_pages *p);
/* Appends the next frame; false: there is none. */
bool fb_pages_put(struct fb_pages *p, struct fb_buf *out);

#endif
